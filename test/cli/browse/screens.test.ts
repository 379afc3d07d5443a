import stringWidth from "fast-string-width";
import { expect, test } from "vitest";
import type { BrowseState, Screen } from "../../../src/cli/browse/browse-state.ts";
import { fitText, frameOf } from "../../../src/cli/browse/screens.ts";
import { styleFor } from "../../../src/cli/output/style.ts";
import { azureClouds } from "../../../src/lib/domain/cloud-endpoints.ts";
import type { CustomerState } from "../../../src/lib/status/customer-state.ts";
import { configOf, threeCustomers } from "../../fakes/context.ts";
import { incoming } from "../../fakes/incoming.ts";
import { output } from "../../fakes/output.ts";

const plain = styleFor(output(), {}, false);
const [acme, fabrikam, tailspin] = [...configOf(threeCustomers).customers.values()];
if (!acme || !fabrikam || !tailspin) throw new Error("three customers are expected");

const seen: CustomerState = {
  ...{ type: "customer", at: "2026-01-31T12:00:00.000Z", customer: "fabrikam", tenantId: "", namespace: "" },
  ...{
    level: "critical",
    findings: ["fabrikam has not consented:\u001b[31m 部署失败 "],
    consent: "refused",
    errors: [],
  },
  claims: { send: "unknown", listen: "unknown" },
  commands: { queue: "commands", counts: "unknown", reason: "no-listen-role" },
  statuses: { queue: "statuses", counts: "administration", active: 12, deadLetter: 3, scheduled: 0 },
};

const dead = incoming({
  ...{ sequenceNumber: 7n, subject: "restart\u202e", deadLetterReason: "Max\u001b[2JDelivery", messageId: "m-1" },
  deadLetterErrorDescription: "the worker gave up\nafter 10 times",
  body: new TextEncoder().encode('{"service":"web","id":12345678901234567890,"text":"🚀 配置已更新 \\u202e"}'),
  properties: {
    ...{ attempt: { type: "int", value: "3" }, region: "eu", when: new Date(0) },
    DeadLetterReason: "Max\u001b[2JDelivery",
  },
});
const place = { customer: acme, role: "status", isDeadLetter: true } as const;
const list = { place, starts: [0n], messages: [dead], where: "", isLoading: false, marked: new Set([7n]) };

const screens: Readonly<Record<string, Screen>> = {
  customers: { type: "customers", selected: 1, filter: "" },
  queues: { type: "queues", selected: 3, customer: "fabrikam" },
  "dead letters": { type: "messages", selected: 0, list },
  "a dead letter": { type: "message", place, message: dead, mode: "pretty", top: 0 },
  help: { type: "help", top: 0 },
};

const stateWith = (screen: Screen, more: Partial<BrowseState> = {}): BrowseState => ({
  screens: [screen],
  customers: [
    { customer: acme, waiting: [] },
    { customer: fabrikam, state: seen, waiting: [1, 5, 12] },
    { customer: tailspin, waiting: [] },
  ],
  ...{ columns: 80, rows: 24, isAscii: false, allowsChanges: false, title: "xtenant.json", inspecting: 0 },
  cloud: azureClouds.public,
  ...more,
});

const linesOf = (state: BrowseState) => {
  const { title, heading, body, notice, keys } = frameOf(state, plain);
  return [title, heading, ...body, ...notice, keys];
};

test.each(Object.keys(screens))("the screen of %s is what its golden file shows", async (name) => {
  const text = linesOf(stateWith(screens[name] as Screen)).join("\n");

  await expect(`${text}\n`).toMatchFileSnapshot(`../../golden/views/browse-${name.replaceAll(" ", "-")}.txt`);
});

const sizes = [
  [40, 12],
  [80, 24],
  [200, 50],
] as const;

test.each(Object.keys(screens))(
  "the screen of %s fits into every terminal, and prints nothing that a terminal executes",
  (name) => {
    for (const [columns, rows] of sizes)
      for (const isAscii of [false, true]) {
        const lines = linesOf(stateWith(screens[name] as Screen, { columns, rows, isAscii }));

        expect(lines.length).toBe(rows - 1);
        expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
        expect(lines.join("")).not.toMatch(/\p{Cc}|\p{Cf}/u);
        if (isAscii) expect(lines.join("")).not.toMatch(/[…–✓✗▁█]/u);
      }
  },
);

test("a question that is longer than a line takes lines of the list, and its choice is seen", () => {
  const question = `xtenant dead-letter show acme --queue status ${"--where a ".repeat(12).trim()}\nCopy this command line to the clipboard?`;
  const prompt = { type: "confirm", question, effect: { type: "quit" } } as const;
  const lines = linesOf(stateWith({ type: "help", top: 0 }, { prompt, columns: 60 }));

  expect(lines.length).toBe(23);
  expect(lines.filter((line) => stringWidth(line) > 60)).toEqual([]);
  expect(lines.slice(-5, -1).join(" ")).toBe(`${question.replace("\n", " ")} (y/N)`);
});

test("a text is cut to its room in the signs that the terminal has", () => {
  expect(fitText("abcdefghij", 6, false)).toBe("abcde…");
  expect(fitText("abcdefghij", 6, true)).toBe("abc...");
  expect(fitText("abcdef", 6, true)).toBe("abcdef");
});

const lastLines = (screen: Screen, more: Partial<BrowseState>) => linesOf(stateWith(screen, more)).slice(-3);

test("what can be typed is said above the line in which it is typed", () => {
  const prompt = { type: "filter", text: "" } as const;

  expect(lastLines(screens.customers as Screen, { prompt })[0]).toContain("a tag such as region=eu");
  expect(lastLines(screens["dead letters"] as Screen, { prompt })[0]).toContain('subject == "restart"');
});

test("the last line names the keys that change something where they may, and fits into 80 columns", () => {
  const allowsChanges = true;

  expect(lastLines(screens["dead letters"] as Screen, { allowsChanges }).at(-1)).toBe(
    "Esc back  Space mark  R resubmit  P purge  e export  s edit  ? help  q end",
  );
  const alive: Screen = { type: "messages", selected: 0, list: { ...list, place: { ...place, isDeadLetter: false } } };
  expect(lastLines(alive, { allowsChanges }).at(-1)).toBe("Esc back  Space mark  e export  s edit  ? help  q end");
});
