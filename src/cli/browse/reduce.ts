import { countText } from "../../lib/domain/count-text.ts";
import { queueOf } from "../../lib/domain/customer.ts";
import type { Incoming } from "../../lib/domain/message.ts";
import { portalLink } from "../../lib/domain/portal-link.ts";
import type { CustomerState } from "../../lib/entry/status.ts";
import { matchesFilter } from "../status-board/customer-filter.ts";
import {
  type BodyMode,
  type BrowseEvent,
  type BrowseKey,
  type BrowseState,
  type Change,
  type CustomerLine,
  type Effect,
  isSamePlace,
  type Messages,
  type Place,
  type Prompt,
  placesOf,
  type Screen,
  type Step,
  topScreen,
} from "./browse-state.ts";
import { equivalentCommand } from "./equivalent-command.ts";
import { helpLines } from "./help-lines.ts";
import { messageLines } from "./message-lines.ts";

/** Times that a sparkline shows. */
const remembered = 10;

/** Lines of a screen without the title, the heading, the notice and the keys. */
export const bodyHeight = ({ rows }: Pick<BrowseState, "rows">): number => Math.max(1, rows - linesAround);
const linesAround = 6;

/** What a key or a result changes. It reads no clock and calls nothing: what is to be done comes back as effects. */
export function reduce(state: BrowseState, event: BrowseEvent): Step {
  switch (event.type) {
    case "key":
      return onKey(state, event.key);
    case "resize":
      return stay({ ...state, columns: event.columns, rows: event.rows });
    case "inspecting":
      return stay({ ...state, inspecting: event.customers });
    case "inspected":
      return stay(withInspected(state, event.state));
    case "page":
      return stay(
        withList(state, event, (list) => ({
          ...list,
          messages: event.page.messages,
          next: event.page.next,
          isLoading: false,
          failure: undefined,
        })),
      );
    case "page-failed":
      return stay(
        withList(state, event, (list) => ({
          ...list,
          messages: [],
          next: undefined,
          isLoading: false,
          failure: event.text,
        })),
      );
    case "filter-accepted":
      return loadFirst({ ...state, prompt: undefined }, (list) => ({ ...list, where: event.where }));
    case "filter-refused":
      return stay({
        ...state,
        prompt: state.prompt?.type === "filter" ? { ...state.prompt, problem: event.problem } : state.prompt,
      });
    case "edited":
      return stay({
        ...state,
        prompt: event.problem === undefined ? confirmation(state, event.change) : editAgain(event),
      });
    case "notice":
      return stay({ ...state, notice: noticeOf(event) });
    case "changed":
      return onChanged({ ...state, notice: noticeOf(event) }, event.place);
  }
}

const stay = (state: BrowseState, ...effects: readonly Effect[]): Step => ({ state, effects });

const noticeOf = ({ text, isFailure }: { readonly text: string; readonly isFailure?: true | undefined }) => ({
  text,
  ...(isFailure ? { isFailure } : {}),
});

function withInspected(state: BrowseState, seen: CustomerState): BrowseState {
  const { statuses } = seen;
  const customers = state.customers.map((line): CustomerLine => {
    if (line.customer.name !== seen.customer) return line;
    const waiting =
      statuses.counts === "unknown" ? line.waiting : [...line.waiting, statuses.active].slice(-remembered);
    return { ...line, state: seen, waiting };
  });
  return { ...state, customers, inspecting: Math.max(0, state.inspecting - 1) };
}

/** A page that is no longer wanted is dropped. */
function withList(
  state: BrowseState,
  { place, from }: { readonly place: Place; readonly from: bigint },
  change: (list: Messages) => Messages,
): BrowseState {
  const screens = state.screens.map((screen): Screen => {
    if (screen.type !== "messages" || !isSamePlace(screen.list.place, place) || screen.list.starts.at(-1) !== from)
      return screen;
    const list = change(screen.list);
    return { ...screen, list, selected: Math.min(screen.selected, Math.max(0, list.messages.length - 1)) };
  });
  return { ...state, screens: nonEmpty(screens, state) };
}

const nonEmpty = (screens: readonly Screen[], { screens: [first] }: Pick<BrowseState, "screens">) =>
  [screens[0] ?? first, ...screens.slice(1)] as const;

const withTop = (state: BrowseState, top: Screen): BrowseState => ({
  ...state,
  screens: nonEmpty([...state.screens.slice(0, -1), top], state),
});

const push = (state: BrowseState, screen: Screen): BrowseState => ({
  ...state,
  screens: [...state.screens, screen],
});

function onKey(state: BrowseState, key: BrowseKey): Step {
  if (key === "interrupt") return stay(state, { type: "interrupt" });
  if (key === "suspend") return stay(state, { type: "suspend" });
  const silent = { ...state, notice: undefined };
  if (state.prompt) return onPromptKey(silent, state.prompt, key);
  return typeof key === "string" ? onNamedKey(silent, key) : onLetter(silent, key.text);
}

function onPromptKey(state: BrowseState, prompt: Prompt, key: BrowseKey): Step {
  const closed = { ...state, prompt: undefined };
  if (prompt.type === "confirm") {
    if (typeof key === "object" && /^y$/i.test(key.text)) return stay(closed, prompt.effect);
    const text = prompt.effect.type === "copy" ? "nothing was copied" : "nothing was changed";
    return stay({ ...closed, notice: { text } });
  }
  if (key === "escape") return stay(closed);
  if (key === "enter") return onAnswer(closed, prompt);
  const text =
    key === "backspace"
      ? [...prompt.text].slice(0, -1).join("")
      : typeof key === "object"
        ? prompt.text + key.text
        : prompt.text;
  const typed: BrowseState = { ...state, prompt: { type: prompt.type, text } };
  // The list of customers shows at once what matches.
  const top = topScreen(state);
  return stay(
    prompt.type === "filter" && top.type === "customers"
      ? withTop(typed, { ...top, filter: text, selected: 0 })
      : typed,
  );
}

function onAnswer(state: BrowseState, prompt: Exclude<Prompt, { readonly type: "confirm" }>): Step {
  const text = prompt.text.trim();
  if (topScreen(state).type !== "messages") return stay(state);
  if (prompt.type === "filter") {
    if (text === "") return loadFirst(state, (list) => ({ ...list, where: "" }));
    return stay({ ...state, prompt }, { type: "check-filter", where: text });
  }
  if (text === "") return stay(state);
  if (!/^\d{1,19}$/.test(text))
    return stay({ ...state, prompt: { ...prompt, problem: "expected a sequence number: digits" } });
  return load(state, (list) => ({ ...list, starts: [BigInt(text)] }));
}

/** Loads the page where `starts` ends now. */
function load(state: BrowseState, change: (list: Messages) => Messages, selected = 0): Step {
  const top = topScreen(state);
  if (top.type !== "messages") return stay(state);
  const list = { ...change(top.list), messages: [], next: undefined, isLoading: true, failure: undefined };
  const from = list.starts.at(-1) ?? 0n;
  return stay(withTop(state, { ...top, list, selected }), { type: "load", place: list.place, from, where: list.where });
}

const loadFirst = (state: BrowseState, change: (list: Messages) => Messages): Step =>
  load(state, (list) => ({ ...change(list), starts: [0n], marked: new Set() }));

const reload = (state: BrowseState): Step => {
  const top = topScreen(state);
  return load(state, (list) => list, top.type === "messages" ? top.selected : 0);
};

/** What was changed is no longer there: the list is read again, and a message that is gone is left. */
function onChanged(state: BrowseState, place: Place): Step {
  const top = topScreen(state);
  const isShown = top.type === "message" && isSamePlace(top.place, place);
  const under = isShown ? { ...state, screens: nonEmpty(state.screens.slice(0, -1), state) } : state;
  const list = topScreen(under);
  if (list.type !== "messages" || !isSamePlace(list.list.place, place)) return stay(state, { type: "inspect" });
  const { state: next, effects } = load(under, (before) => ({ ...before, marked: new Set() }), list.selected);
  return { state: next, effects: [...effects, { type: "inspect" }] };
}

function onNamedKey(state: BrowseState, key: Exclude<BrowseKey, object>): Step {
  const height = bodyHeight(state);
  switch (key) {
    case "up":
      return move(state, -1);
    case "down":
      return move(state, 1);
    case "page-up":
      return move(state, -height);
    case "page-down":
      return move(state, height);
    case "home":
      return move(state, Number.NEGATIVE_INFINITY);
    case "end":
      return move(state, Number.POSITIVE_INFINITY);
    case "enter":
      return enter(state);
    case "escape":
    case "backspace":
      return back(state);
    default:
      return stay(state);
  }
}

function onLetter(state: BrowseState, letter: string): Step {
  const top = topScreen(state);
  switch (letter) {
    case "q":
      return stay(state, { type: "quit" });
    case "j":
      return move(state, 1);
    case "k":
      return move(state, -1);
    case "?":
      return stay(top.type === "help" ? state : push(state, { type: "help", top: 0 }));
    case "/":
      return ask(state, "filter");
    case "g":
      return top.type === "messages" ? ask(state, "sequence") : move(state, Number.NEGATIVE_INFINITY);
    case "G":
      return move(state, Number.POSITIVE_INFINITY);
    case "r":
      return top.type === "messages" ? reload(state) : stay(state, { type: "inspect" });
    case "v":
      return top.type === "message" ? stay(withTop(state, { ...top, mode: nextMode(top.mode), top: 0 })) : stay(state);
    case " ":
      return mark(state);
    case "o":
      return openPortal(state);
    case "c":
      return copy(state);
    case "R":
      return propose(state, "resubmit");
    case "P":
      return propose(state, "purge");
    case "e":
      return propose(state, "export");
    case "s":
      return propose(state, "send");
    default:
      return stay(state);
  }
}

const modes: readonly BodyMode[] = ["pretty", "raw", "hex"];
const nextMode = (mode: BodyMode): BodyMode => modes[(modes.indexOf(mode) + 1) % modes.length] ?? "pretty";

/** The customers that the filter lets through. */
export function filteredCustomers({ customers, screens: [first] }: BrowseState): readonly CustomerLine[] {
  const filter = first.type === "customers" ? first.filter : "";
  return customers.filter(({ customer: { name, tags }, state }) =>
    matchesFilter(filter, { name, level: state?.level, tags }),
  );
}

const clamp = (value: number, most: number) => Math.min(Math.max(0, value), Math.max(0, most));

function move(state: BrowseState, by: number): Step {
  const top = topScreen(state);
  const height = bodyHeight(state);
  switch (top.type) {
    case "customers":
      return stay(withTop(state, { ...top, selected: clamp(top.selected + by, filteredCustomers(state).length - 1) }));
    case "queues":
      return stay(withTop(state, { ...top, selected: clamp(top.selected + by, 3) }));
    case "message": {
      const lines = messageLines(top.message, top.mode, state.columns).length;
      return stay(withTop(state, { ...top, top: clamp(top.top + by, lines - height) }));
    }
    case "help":
      return stay(withTop(state, { ...top, top: clamp(top.top + by, helpLines(state).length - height) }));
    case "messages":
      return moveInList(state, top, by);
  }
}

/** Beyond an end of the page is the page after or before it. */
function moveInList(state: BrowseState, top: Screen & { readonly type: "messages" }, by: number): Step {
  const { list, selected } = top;
  const last = list.messages.length - 1;
  const isStep = Number.isFinite(by);
  if (list.isLoading) return stay(state);
  if (isStep && by > 0 && selected >= last && list.next !== undefined) {
    const { next } = list;
    return load(state, (before) => ({ ...before, starts: [...before.starts, next] }));
  }
  if (isStep && by < 0 && selected === 0 && list.starts.length > 1)
    return load(state, (before) => ({ ...before, starts: before.starts.slice(0, -1) }), Number.MAX_SAFE_INTEGER);
  return stay(withTop(state, { ...top, selected: clamp(selected + by, last) }));
}

function enter(state: BrowseState): Step {
  const top = topScreen(state);
  if (top.type === "customers") {
    const line = filteredCustomers(state)[top.selected];
    return stay(line ? push(state, { type: "queues", selected: 2, customer: line.customer.name }) : state);
  }
  if (top.type === "queues") {
    const place = selectedPlace(state);
    if (place === undefined) return stay(state);
    const list = { place, starts: [0n], messages: [], where: "", isLoading: true, marked: new Set<bigint>() };
    return load(push(state, { type: "messages", selected: 0, list }), (opened) => opened);
  }
  if (top.type === "messages") {
    const message = top.list.messages[top.selected];
    if (message === undefined) return stay(state);
    return stay(push(state, { type: "message", place: top.list.place, message, mode: "pretty", top: 0 }));
  }
  return stay(state);
}

function back(state: BrowseState): Step {
  const top = topScreen(state);
  if (state.screens.length === 1)
    return stay(
      top.type === "customers" && top.filter !== "" ? withTop(state, { ...top, filter: "", selected: 0 }) : state,
    );
  const below = { ...state, screens: nonEmpty(state.screens.slice(0, -1), state) };
  return top.type === "messages" ? stay(below, { type: "stop-loading" }) : stay(below);
}

function ask(state: BrowseState, type: "filter" | "sequence"): Step {
  const top = topScreen(state);
  if (top.type !== "customers" && top.type !== "messages")
    return stay({ ...state, notice: { text: "/ filters customers and messages" } });
  const text = type === "sequence" ? "" : top.type === "customers" ? top.filter : top.list.where;
  return stay({ ...state, prompt: { type, text } });
}

function mark(state: BrowseState): Step {
  const top = topScreen(state);
  const message = top.type === "messages" ? top.list.messages[top.selected] : undefined;
  if (top.type !== "messages" || message === undefined) return stay(state);
  const marked = new Set(top.list.marked);
  if (!marked.delete(message.sequenceNumber)) marked.add(message.sequenceNumber);
  const selected = clamp(top.selected + 1, top.list.messages.length - 1);
  return stay(withTop(state, { ...top, list: { ...top.list, marked }, selected }));
}

/** The place that the screen is about; undefined on the screen of customers. */
function selectedPlace(state: BrowseState): Place | undefined {
  const top = topScreen(state);
  if (top.type === "messages") return top.list.place;
  if (top.type === "message") return top.place;
  if (top.type !== "queues") return undefined;
  const line = state.customers.find(({ customer }) => customer.name === top.customer);
  return line && placesOf(line.customer)[top.selected];
}

function openPortal(state: BrowseState): Step {
  const top = topScreen(state);
  const place = selectedPlace(state);
  const customer =
    place?.customer ?? (top.type === "customers" ? filteredCustomers(state)[top.selected]?.customer : undefined);
  if (customer === undefined) return stay(state);
  const url = portalLink(state.cloud, customer, place?.role);
  if (url === undefined) return stay({ ...state, notice: { text: "the sandbox has no portal" } });
  return stay({ ...state, notice: { text: url } }, { type: "open", url });
}

function copy(state: BrowseState): Step {
  const text = equivalentCommand(state);
  if (text === undefined)
    return stay({ ...state, notice: { text: "no command shows the messages of a command queue" } });
  const question = `${text}\nCopy this command line to the clipboard?`;
  return stay({ ...state, prompt: { type: "confirm", question, effect: { type: "copy", text } } });
}

/** Marked messages, or the one that is selected or shown. */
function chosenMessages(state: BrowseState): readonly Incoming[] {
  const top = topScreen(state);
  if (top.type === "message") return [top.message];
  if (top.type !== "messages") return [];
  const { messages, marked } = top.list;
  const selected = messages[top.selected];
  if (marked.size === 0) return selected === undefined ? [] : [selected];
  return messages.filter(({ sequenceNumber }) => marked.has(sequenceNumber));
}

function propose(state: BrowseState, type: Change["type"]): Step {
  const place = selectedPlace(state);
  const messages = chosenMessages(state);
  const refuse = (text: string) => stay({ ...state, notice: { text } });
  if (place === undefined || messages.length === 0) return stay(state);
  if (!state.allowsChanges) return refuse("read-only: start xtenant browse with --allow-changes");
  if ((type === "resubmit" || type === "purge") && !place.isDeadLetter)
    return refuse(`only dead letters can be ${type === "purge" ? "purged" : "resubmitted"}`);
  if (type === "send" && messages.length > 1) return refuse("edit one message at a time: unmark the others");
  const change: Change = { type, place, messages };
  if (type === "send") return stay(state, { type: "edit", change });
  return stay({ ...state, prompt: confirmation(state, change) });
}

const words: Readonly<Record<Change["type"], string>> = {
  resubmit: "Resubmit",
  purge: "Purge",
  export: "Export to a file",
  send: "Send the edited copy of",
};

/** What was written is not lost by a comma. */
const editAgain = ({ change, problem }: { readonly change: Change; readonly problem?: string }): Prompt => ({
  ...{ type: "confirm", question: `${problem}\nEdit it again?`, effect: { type: "edit", change } },
});

function confirmation({ title }: Pick<BrowseState, "title">, change: Change): Prompt {
  const { type, place, messages } = change;
  const { customer, role, isDeadLetter } = place;
  const what = countText(messages.length, isDeadLetter ? "dead letter" : "message");
  const where = `${customer.name}'s ${queueOf(customer, role)}`;
  const question = `${words[type]} ${what} of ${where}${type === "send" ? " to that queue" : ""} (${title})?`;
  return { type: "confirm", question, effect: { type: "change", change } };
}
