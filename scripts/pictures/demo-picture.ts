import { steadyWords } from "./steady-words.ts";
import { baseline, type Colour, escaped, lineHeight, padding, terminalWindow, titleBar } from "./terminal-window.ts";

/** What `xtenant demo --json` prints for each command of the demo. */
export type DemoStep = {
  readonly title: string;
  readonly command: string;
  readonly exitCode: number;
  readonly output: string;
};

/** The steps that show one customer's whole path. Each is played once. */
const shown =
  /^xtenant (?:send acme hi|onboard acme(?: --url)?|grant acme --wait|send acme '\{.*|respond acme .*|poll|verify)$/;

const columns = 104;
const rows = 26;
/** How long a command stands alone, how long each line of its output is shown, and how long the last picture is. */
const seconds = { command: 0.9, line: 0.45, step: 1.6, end: 6 };

type Span = { readonly text: string; readonly style: Colour };
type Line = readonly Span[];

/** The terminal picture of the demo: an SVG that scrolls through it, and that shows its end where nothing may move. */
export function demoPicture(steps: readonly DemoStep[]): string {
  const { inText } = steadyWords();
  const played = steps.map((step) => ({ ...step, output: inText(step.output) }));
  const first = played.filter(({ command }, at) => shown.test(command) && isFirst(steps, at));
  const pieces = first.map(({ title, command, exitCode, output }) => ({
    before: [[{ text: `# ${title}`, style: "title" as const }], [{ text: `$ ${command}`, style: "bold" as const }]],
    after: [
      ...output.split("\n").flatMap((line) => wrapped(spansOf(line))),
      ...(exitCode === 0 ? [] : [[{ text: `exit code ${exitCode}`, style: "dim" as const }]]),
      [],
    ],
  }));
  return svgOf(pieces);
}

const isFirst = (steps: readonly DemoStep[], at: number) =>
  steps.findIndex(({ command }) => command === steps[at]?.command) === at;

const styles: Readonly<Record<string, Colour>> = {
  "1": "bold",
  "2": "dim",
  "31": "red",
  "32": "green",
  "33": "yellow",
};

/** Cuts a line at its colour codes. */
function spansOf(line: string): Line {
  const spans: Span[] = [];
  let style: Colour = "plain";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with this character
  for (const [, code, text] of line.matchAll(/\x1b\[(\d+)m|([^\x1b]+)/g)) {
    if (text !== undefined) spans.push({ text, style });
    else style = styles[code ?? ""] ?? "plain";
  }
  return spans;
}

/** At most two rows for one line: the second is indented, and ends with `…` where something is left out. */
function wrapped(line: Line): readonly Line[] {
  const length = line.reduce((sum, { text }) => sum + text.length, 0);
  if (length <= columns) return [line];
  const text = line.map((span) => span.text).join("");
  const at = text.lastIndexOf(" ", columns);
  // A term and its description stand two spaces apart.
  const indent = /^(?:.{0,24}\S\s{2,}(?=\S)|\s*)/.exec(text)?.[0].length ?? 0;
  const end = at > columns / 2 ? at : columns;
  const rest = text.slice(end).trimStart();
  const room = columns - indent;
  const second = rest.length <= room ? rest : `${rest.slice(0, room - 1)}…`;
  return [cut(line, end), [{ text: " ".repeat(indent) + second, style: line.at(-1)?.style ?? "plain" }]];
}

function cut(line: Line, end: number): Line {
  let left = end;
  return line.flatMap(({ text, style }) => {
    const kept = text.slice(0, Math.max(left, 0));
    left -= text.length;
    return kept === "" ? [] : [{ text: kept, style }];
  });
}

type Piece = { readonly before: readonly Line[]; readonly after: readonly Line[] };

function svgOf(pieces: readonly Piece[]): string {
  const lines = pieces.flatMap(({ before, after }) => [...before, ...after]);
  return terminalWindow({
    command: "xtenant demo",
    title: "xtenant demo: from a customer without consent to its first status",
    description:
      "Commands and their output, one after the other. send is refused, acme consents and grants a role, a command goes out, acme's worker answers it, and the status arrives.",
    ...{ columns, rows },
    rules: `#screen { transform: translateY(${lineHeight * (rows - lines.length)}px) }
@media (prefers-reduced-motion: no-preference) { #screen { ${animationOf(pieces)} }
`,
    lines: `<clipPath id="window"><rect y="${titleBar}" width="100%" height="${rows * lineHeight}"/></clipPath>
<g clip-path="url(#window)"><g id="screen">
${lines.map(textOf).filter(Boolean).join("\n")}
</g></g>`,
  });
}

const textOf = (line: Line, row: number) => {
  const spans = line.map(({ text, style }) => `<tspan class="${style}">${escaped(text)}</tspan>`).join("");
  return spans === "" ? "" : `<text x="${padding}" y="${baseline(row)}" xml:space="preserve">${spans}</text>`;
};

/** The screen always shows the newest lines at its bottom, as a terminal does. */
function animationOf(pieces: readonly Piece[]): string {
  const frames: { readonly at: number; readonly lines: number }[] = [];
  let [at, lines] = [0, 0];
  for (const { before, after } of pieces) {
    lines += before.length;
    frames.push({ at, lines });
    at += seconds.command;
    lines += after.length;
    frames.push({ at, lines });
    at += seconds.step + after.length * seconds.line;
  }
  at += seconds.end;
  const keyframes = frames.map(
    (frame) =>
      `${((100 * frame.at) / at).toFixed(2)}% { transform: translateY(${lineHeight * (rows - frame.lines)}px) }`,
  );
  return `animation: play ${at.toFixed(1)}s step-end infinite } }
@keyframes play { ${keyframes.join(" ")} 100% { transform: translateY(${lineHeight * (rows - lines)}px) }`;
}
