import { expect, test } from "vitest";
import type { BrowseEvent, BrowseKey, BrowseState, Effect, Place } from "../../../src/cli/browse/browse-state.ts";
import { topScreen } from "../../../src/cli/browse/browse-state.ts";
import { filteredCustomers, reduce } from "../../../src/cli/browse/reduce.ts";
import { azureClouds } from "../../../src/lib/domain/cloud-endpoints.ts";
import type { CustomerState } from "../../../src/lib/status/customer-state.ts";
import { configOf, threeCustomers } from "../../fakes/context.ts";
import { incoming } from "../../fakes/incoming.ts";

const config = configOf(threeCustomers);
const customers = [...config.customers.values()];

const begin = (more: Partial<BrowseState> = {}): BrowseState => ({
  screens: [{ type: "customers", selected: 0, filter: "" }],
  customers: customers.map((customer) => ({ customer, waiting: [] })),
  ...{ columns: 80, rows: 24, isAscii: false, allowsChanges: false, title: "xtenant.json", inspecting: 0 },
  cloud: azureClouds.public,
  ...more,
});

/** The state and all effects after these events. Text is typed letter by letter. */
function after(state: BrowseState, ...events: readonly (BrowseEvent | BrowseKey | string)[]) {
  const effects: Effect[] = [];
  const all = events.flatMap((event): readonly BrowseEvent[] => {
    if (typeof event === "object" && "type" in event) return [event];
    if (typeof event !== "string" || named.has(event)) return [{ type: "key", key: event as BrowseKey }];
    return Array.from(event, (text) => ({ type: "key" as const, key: { text } }));
  });
  const end = all.reduce((before, event) => {
    const step = reduce(before, event);
    effects.push(...step.effects);
    return step.state;
  }, state);
  return { state: end, effects, top: topScreen(end) };
}
const named = new Set([
  ...["up", "down", "page-up", "page-down", "home", "end", "enter", "escape", "backspace", "interrupt", "suspend"],
]);

const message = (sequenceNumber: bigint) => incoming({ sequenceNumber, messageId: `id-${sequenceNumber}` });

/** The statuses of acme, with messages 1 to 3 on the first of two pages. */
function atStatuses(more: Partial<BrowseState> = {}) {
  const { state, effects } = after(begin(more), "enter", "enter");
  const place = effects.flatMap((effect) => (effect.type === "load" ? [effect.place] : []))[0] as Place;
  const page = { messages: [1n, 2n, 3n].map(message), next: 4n };
  return { place, ...after(state, { type: "page", place, from: 0n, page }) };
}

test("Enter opens the queues of a customer, then their messages from the first one", () => {
  const { state, effects, top } = after(begin(), "down", "enter", "enter");

  expect(state.screens.map(({ type }) => type)).toEqual(["customers", "queues", "messages"]);
  expect(effects).toMatchObject([
    {
      type: "load",
      from: 0n,
      where: "",
      place: { role: "status", isDeadLetter: false, customer: { name: "fabrikam" } },
    },
  ]);
  expect(top).toMatchObject({ list: { isLoading: true } });
});

test("Esc goes back screen by screen, stops reading, and does not leave the first screen", () => {
  const { state, effects } = after(atStatuses().state, "escape", "backspace", "escape", "escape");

  expect(state.screens.map(({ type }) => type)).toEqual(["customers"]);
  expect(effects).toEqual([{ type: "stop-loading" }]);
});

test("the selection stays among the customers, with arrows and with letters", () => {
  const selected = (...keys: readonly string[]) => after(begin(), ...keys).top;

  expect(selected("j", "down", "down", "page-down")).toMatchObject({ selected: 2 });
  expect(selected("end", "k")).toMatchObject({ selected: 1 });
  expect(selected("end", "home", "up")).toMatchObject({ selected: 0 });
});

test("a filter of customers shows at once what matches, by name, level or tag, and keys are text there", () => {
  const failing = { customer: "fabrikam", level: "critical", statuses: { counts: "unknown" } };
  const { state } = after(begin(), { type: "inspected", state: failing as unknown as CustomerState });
  const names = (text: string) => filteredCustomers(after(state, "/", text).state).map(({ customer }) => customer.name);

  expect(names("ai")).toEqual(["tailspin"]);
  expect(names("critical")).toEqual(["fabrikam"]);
  expect(names("q")).toEqual([]);
  expect(after(state, "/", "ai", "backspace", "backspace", "enter").top).toMatchObject({ filter: "" });
});

test("one more step than the page has loads the next page, and a step back the page before", () => {
  const next = after(atStatuses().state, "end", "down");
  expect(next.effects).toMatchObject([{ type: "load", from: 4n }]);

  const { place } = atStatuses();
  const page = { messages: [4n, 5n].map(message) };
  const second = after(next.state, { type: "page", place, from: 4n, page });
  expect(after(second.state, "end", "down").effects).toEqual([]);

  const before = after(second.state, "home", "up");
  expect(before.effects).toMatchObject([{ type: "load", from: 0n }]);
  const first = after(before.state, {
    type: "page",
    place,
    from: 0n,
    page: { messages: [1n, 2n].map(message), next: 4n },
  });
  expect(first.top).toMatchObject({ selected: 1, list: { starts: [0n], isLoading: false } });
});

test("a page that arrives for a screen that shows another page is dropped", () => {
  const { state, place } = atStatuses();
  const { top } = after(state, "end", "down", { type: "page", place, from: 0n, page: { messages: [message(9n)] } });

  expect(top).toMatchObject({ list: { messages: [], isLoading: true } });
});

test("a filter of messages is checked first, and a wrong one can be corrected", () => {
  const asked = after(atStatuses().state, "/", "body.n", "enter");
  expect(asked.effects).toEqual([{ type: "check-filter", where: "body.n" }]);

  const refused = after(asked.state, { type: "filter-refused", problem: "it must be bool" });
  expect(refused.state.prompt).toMatchObject({ text: "body.n", problem: "it must be bool" });

  const accepted = after(refused.state, ">1", { type: "filter-accepted", where: "body.n>1" });
  expect(accepted.state.prompt).toBeUndefined();
  expect(accepted.effects).toMatchObject([{ type: "load", from: 0n, where: "body.n>1" }]);
});

test("a sequence number is a new beginning, and text is refused", () => {
  expect(after(atStatuses().state, "g", "42", "enter").effects).toMatchObject([{ type: "load", from: 42n }]);

  const wrong = after(atStatuses().state, "g", "x", "enter");
  expect(wrong.effects).toEqual([]);
  expect(wrong.state.prompt).toMatchObject({ problem: "expected a sequence number: digits" });
});

test("what the service refuses is on the screen of its queue, and the others stay as they are", () => {
  const { place } = atStatuses();
  const { state, top } = after(atStatuses().state, { type: "page-failed", place, from: 0n, text: "no Listen claim" });

  expect(top).toMatchObject({ list: { failure: "no Listen claim", isLoading: false } });
  expect(after(state, "r").effects).toMatchObject([{ type: "load", from: 0n }]);
});

test("a message scrolls to its last line and no further, and v shows it in three ways", () => {
  const body = new TextEncoder().encode(JSON.stringify(Array.from({ length: 50 }, (_, index) => index)));
  const { place, state } = atStatuses();
  const page = { messages: [incoming({ body })] };
  const opened = after(state, { type: "page", place, from: 0n, page }, "enter");

  // 52 lines of JSON, 6 above them, and 18 lines of the screen.
  expect(after(opened.state, "end", "down").top).toMatchObject({ top: 40 });
  expect(after(opened.state, "v").top).toMatchObject({ mode: "raw", top: 0 });
  expect(after(opened.state, "v", "v").top).toMatchObject({ mode: "hex" });
  expect(after(opened.state, "v", "v", "v").top).toMatchObject({ mode: "pretty" });
});

test("q ends, Ctrl-C interrupts, and Ctrl-Z suspends, also while something is typed", () => {
  expect(after(begin(), "q").effects).toEqual([{ type: "quit" }]);
  expect(after(begin(), "/", "q", "interrupt").effects).toEqual([{ type: "interrupt" }]);
  expect(after(begin(), "/", "suspend").effects).toEqual([{ type: "suspend" }]);
});

test("the portal's page of the selected queue is shown and opened; the sandbox has none", () => {
  const url =
    "https://portal.azure.com/#@aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa/resource/subscriptions/aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa" +
    "/resourceGroups/messaging/providers/Microsoft.ServiceBus/namespaces/acme-bus/queues/statuses/overview";
  const { effects, state } = after(begin(), "enter", "o");
  expect(effects).toEqual([{ type: "open", url }]);
  expect(state.notice).toEqual({ text: url });

  const sandbox = { serviceBusEndpoint: "sb://localhost:1", managedIdentityEndpoint: "", caFile: "" };
  const local = after(begin({ cloud: { ...azureClouds.public, sandbox } }), "o");
  expect(local.effects).toEqual([]);
  expect(local.state.notice).toEqual({ text: "the sandbox has no portal" });
});

test("the same as a command line is shown, and copied only after a yes", () => {
  const shown = after(atStatuses().state, "g", "42", "enter", "c");
  expect(shown.state.prompt).toMatchObject({
    question: expect.stringMatching(/^xtenant poll acme --peek --from-sequence 42\n/),
  });
  expect(after(shown.state, "n").effects).toEqual([]);
  expect(after(shown.state, "y").effects).toEqual([
    { type: "copy", text: "xtenant poll acme --peek --from-sequence 42" },
  ]);
});

test("a refresh inspects the customers again, and their waiting statuses are remembered", () => {
  expect(after(begin(), "r").effects).toEqual([{ type: "inspect" }]);

  const seen = (active: number): BrowseEvent => ({
    type: "inspected",
    state: { customer: "acme", statuses: { counts: "peek", active } } as unknown as CustomerState,
  });
  const { state } = after(begin(), ...Array.from({ length: 12 }, (_, index) => seen(index)));
  expect(state.customers[0]?.waiting).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test("help lies above every screen", () => {
  const { state, top } = after(atStatuses().state, "?", "?");

  expect(top.type).toBe("help");
  expect(after(state, "escape").top.type).toBe("messages");
});
