/** A name or a value in a text of JSON, with the names and indexes that lead to it. */
export type JsonToken = { readonly path: () => readonly string[] } & (
  | { readonly type: "name"; readonly isRepeated: boolean }
  | { readonly type: "scalar"; readonly text: string }
);

type Container = { readonly names: Set<string> | undefined; key: string; index: number };
type State = "value" | "element" | "name" | "member" | "colon" | "next" | "end";

const space = /[ \t\n\r]*/y;
const string = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})[ !#-[\]-\uffff]*)*"/y;
const word = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y;

const tokenAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
};

const expectedText: Readonly<Record<Exclude<State, "next">, string>> = {
  value: "expected a value",
  element: "expected a value or ]",
  name: "expected a name in double quotes",
  member: "expected a name in double quotes or }",
  colon: "expected a colon",
  end: "expected nothing more",
};

const pathOf = ({ open }: Cursor): readonly string[] =>
  open.map(({ names, key, index }) => (names === undefined ? String(index) : key));

/** Where a text stops being JSON, and what was expected there. */
type Fault = { readonly at: number; readonly expected: string };

/** The place in the text, what may come there, and the objects and arrays around it. */
type Cursor = { at: number; state: State; readonly open: Container[] };

/**
 * Reads JSON from its start, and reports every name and every value. It ends at the first place that is not JSON, which it returns.
 * It uses no stack for what is nested.
 */
export function scanJson(text: string, report: (token: JsonToken) => void = () => {}): Fault | undefined {
  const cursor: Cursor = { at: 0, state: "value", open: [] };
  for (;;) {
    cursor.at += tokenAt(space, text, cursor.at)?.length ?? 0;
    const { state, at } = cursor;
    const closing = cursor.open.at(-1)?.names === undefined ? "]" : "}";
    const expected = state === "next" ? `expected a comma or ${closing}` : expectedText[state];
    if (at === text.length) return state === "end" ? undefined : { at, expected };
    const length = lengthTaken(text, cursor, { closing, report });
    if (length === undefined) return { at, expected };
    cursor.at += length;
  }
}

type Taking = { readonly closing: string; readonly report: (token: JsonToken) => void };

/** Moves on to the next state. The length of the token; undefined where it may not come here. */
function lengthTaken(text: string, cursor: Cursor, { closing, report }: Taking): number | undefined {
  const { at, state, open } = cursor;
  const mayClose = state === "element" || state === "member" || state === "next";
  if (mayClose && text[at] === closing) {
    open.pop();
    cursor.state = open.length === 0 ? "end" : "next";
    return 1;
  }
  switch (state) {
    case "value":
    case "element":
      return takeValue(text, cursor, report);
    case "name":
    case "member":
      return takeName(text, cursor, report);
    case "colon":
      cursor.state = "value";
      return text[at] === ":" ? 1 : undefined;
    case "next":
      return takeComma(text, cursor);
    case "end":
      return undefined;
  }
}

function takeValue(text: string, cursor: Cursor, report: Taking["report"]): number | undefined {
  const { at, open } = cursor;
  const character = text[at];
  if (character === "{" || character === "[") {
    open.push({ names: character === "{" ? new Set() : undefined, key: "", index: 0 });
    cursor.state = character === "{" ? "member" : "element";
    return 1;
  }
  const scalar = tokenAt(character === '"' ? string : word, text, at);
  if (scalar === undefined) return undefined;
  report({ type: "scalar", path: () => pathOf(cursor), text: scalar });
  cursor.state = open.length === 0 ? "end" : "next";
  return scalar.length;
}

function takeName(text: string, cursor: Cursor, report: Taking["report"]): number | undefined {
  const container = cursor.open.at(-1);
  const name = tokenAt(string, text, cursor.at);
  if (name === undefined || container === undefined) return undefined;
  container.key = JSON.parse(name);
  report({ type: "name", path: () => pathOf(cursor), isRepeated: container.names?.has(container.key) === true });
  container.names?.add(container.key);
  cursor.state = "colon";
  return name.length;
}

function takeComma(text: string, cursor: Cursor): number | undefined {
  const container = cursor.open.at(-1);
  if (text[cursor.at] !== "," || container === undefined) return undefined;
  container.index += 1;
  cursor.state = container.names === undefined ? "value" : "name";
  return 1;
}

/** Why a text is not JSON, and where. It repeats nothing of the text, which may be a secret. */
export function jsonProblem(text: string): string {
  if (text.trim() === "") return "it is empty";
  const fault = scanJson(text);
  if (fault === undefined) return "it cannot be read";
  const { at, expected } = fault;
  if (at === text.length) return "it ends too early";
  const before = text.slice(0, at).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  const place = before.length === 1 ? `column ${column}` : `line ${before.length}, column ${column}`;
  if (text[at] === '"') return `${place}: a text without its end, or with a character that needs a backslash`;
  return `${place}: ${expected}`;
}

/** `JSON.parse`, with an error in words of ours. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(jsonProblem(text), { cause });
  }
}

/** Whether `JSON.parse` would change this number: a whole number with too many digits, or one that is too large. */
export const isInexact = (number: string): boolean =>
  /^-?\d+$/.test(number)
    ? !Number.isSafeInteger(Number(number))
    : /^-?\d/.test(number) && !Number.isFinite(Number(number));
