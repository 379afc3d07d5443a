import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type BrowseOptions, browse } from "../../../src/cli/browse/browse.ts";
import type { Store } from "../../../src/cli/browse/browse-app.ts";
import { type BrowseKey, topScreen } from "../../../src/cli/browse/browse-state.ts";
import type { ChangeRecord } from "../../../src/cli/browse/changes.ts";
import { frameOf } from "../../../src/cli/browse/screens.ts";
import { styleFor } from "../../../src/cli/output/style.ts";
import type { AzureServices } from "../../../src/lib/ports/azure-services.ts";
import { withDeadLetters } from "../../fakes/dead-letters.ts";
import { openFolder } from "../../fakes/folder.ts";
import { output } from "../../fakes/output.ts";

type Work = Awaited<ReturnType<typeof withDeadLetters>>;

const plain = styleFor(output(), {}, false);

/** The view of these customers over the memory services, with keys as a person types them. */
async function opened(
  fake: Work,
  { azure, editor, ...more }: Partial<BrowseOptions> & { azure?: AzureServices; editor?: string } = {},
) {
  const folder = await openFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const env = { EDITOR: editor };
  const terminal = { ...fake.terminal, workingDirectory: folder.path, env };
  const context = { ...fake.context, ...(azure && { azure }), terminal };
  const records: ChangeRecord[] = [];
  const drawn = Promise.withResolvers<Store>();
  let suspensions = 0;
  const options = {
    ...{ allowsChanges: false, intervalMilliseconds: 60_000, timeoutMilliseconds: 60_000 },
    thresholds: { warnAgeMilliseconds: 3_600_000, warnDeadLetters: 1, warnDays: 30 },
    onRecord: (record: ChangeRecord) => void records.push(record),
    ...more,
  };
  const ended = browse(context, await context.config.read(), options, (store) => {
    drawn.resolve(store);
    const suspended = <T>(work: () => Promise<T>) => {
      suspensions += 1;
      return work();
    };
    return { suspended, close: async () => {} };
  });
  const store = await drawn.promise;
  const screen = () => {
    const { title, heading, body, notice, keys } = frameOf(store.state(), plain);
    return [title, heading, ...body, ...notice, keys].join("\n");
  };
  return {
    /** Without the hidden files of locks. */
    files: async () => (await folder.names()).filter((name) => !name.startsWith(".")),
    folder: folder.path,
    records,
    ended,
    screen,
    suspensions: () => suspensions,
    press: (...keys: readonly BrowseKey[]) => keys.forEach(store.press),
    type: (text: string) => {
      for (const one of text) store.press({ text: one });
    },
    /** Where a line is broken does not matter for a text. */
    shows: (text: string | RegExp) =>
      typeof text === "string"
        ? expect.poll(() => screen().replace(/\s+/g, " "), { interval: 5 }).toContain(text.replace(/\s+/g, " "))
        : expect.poll(screen, { interval: 5 }).toMatch(text),
    top: () => topScreen(store.state()),
  };
}

/** At the dead letters of acme's statuses: 1 and 3 are Poison, 2 is TooOld. */
async function atDeadLetters(fake: Work, more: Parameters<typeof opened>[1] = {}) {
  const view = await opened(fake, more);
  view.press("enter", "down", "enter");
  await view.shows("TooOld");
  return view;
}

test("customers appear one by one: one that is slow or fails does not hold up the others", async () => {
  const fake = await withDeadLetters("acme", "fabrikam");
  const never = new Promise<never>(() => {});
  const signIn: AzureServices["signIn"] = (customer) =>
    customer.name === "fabrikam" ? never : fake.context.azure.signIn(customer);
  const view = await opened(fake, { azure: { ...fake.context.azure, signIn } });

  await view.shows(/! {2}acme .*3 dead letters in statuses/);
  await view.shows(/✗ {2}tailspin .*has not consented/);
  expect(view.screen()).toMatch(/… {2}fabrikam/);
  view.press("enter");
  await view.shows("dead letters of statuses  statuses  3");
  view.type("q");
  await view.ended;
});

test("messages are filtered by an expression, which can be wrong first", async () => {
  const fake = await withDeadLetters("acme");
  const view = await atDeadLetters(fake);

  view.type("/deadLetterReason == ");
  view.press("enter");
  await view.shows(/filter: deadLetterReason == _/);
  await expect.poll(view.screen, { interval: 5 }).toMatch(/Unexpected|expected/i);
  view.type('"Poison"');
  view.press("enter");
  await view.shows('filter: deadLetterReason == "Poison"');
  await expect.poll(view.screen, { interval: 5 }).not.toContain("TooOld");
  expect(view.screen().match(/Poison {2}/g)).toHaveLength(2);
  view.type("q");
  await view.ended;
  expect(fake.memory.state.open).toBe(0);
});

test("read-only, nothing is changed and nothing is asked", async () => {
  const fake = await withDeadLetters("acme");
  const view = await atDeadLetters(fake);

  for (const key of "RPes") {
    view.type(key);
    await view.shows("read-only: start xtenant browse with --allow-changes");
    view.type("y");
  }
  view.type("q");
  await view.ended;
  expect(fake.memory.deadLetters(fake.customer("acme"), "statuses")).toHaveLength(3);
  expect(await view.files()).toEqual([]);
});

test("one dead letter is purged after a yes, and is in the journal; the others stay", async () => {
  const fake = await withDeadLetters("acme");
  const view = await atDeadLetters(fake, { allowsChanges: true });

  view.press("down");
  view.type("P");
  await view.shows("Purge 1 dead letter of acme's statuses (xtenant.json)? (y/N)");
  view.press("enter");
  await view.shows("nothing was changed");
  view.type("Py");
  await view.shows("purged 1 dead letter; journal: ");
  await expect.poll(view.screen, { interval: 5 }).not.toContain("TooOld");

  expect(fake.memory.deadLetters(fake.customer("acme"), "statuses")).toMatchObject([
    { deadLetterReason: "Poison" },
    { deadLetterReason: "Poison" },
  ]);
  expect(view.records).toMatchObject([{ type: "purged" }, { type: "summary", matched: 1, done: 1 }]);
  const [journal = ""] = await view.files();
  expect(await readFile(join(view.folder, journal), "utf8")).toContain('"deadLetterReason":"TooOld"');
  view.type("q");
  await view.ended;
});

test("marked dead letters are resubmitted together, and the list is read again", async () => {
  const fake = await withDeadLetters("acme");
  const view = await atDeadLetters(fake, { allowsChanges: true });

  view.type("  R");
  await view.shows("Resubmit 2 dead letters of acme's statuses");
  view.type("y");
  await view.shows(/resubmitted 2 dead letters/);
  await expect.poll(view.screen, { interval: 5 }).not.toContain("TooOld");

  expect(fake.memory.messages(fake.customer("acme"), "statuses")).toHaveLength(2);
  view.type("q");
  await view.ended;
});

test("an export has the lines of a journal, and changes nothing", async () => {
  const fake = await withDeadLetters("acme");
  const view = await atDeadLetters(fake, { allowsChanges: true });

  view.type("   ey");
  await view.shows("exported 3 messages to ");
  const [file = ""] = await view.files();
  const lines = (await readFile(join(view.folder, file), "utf8")).trimEnd().split("\n");

  expect(file).toMatch(/^export-acme-status-.*\.ndjson$/);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { customer: "acme", deadLetterReason: "Poison" },
    { deadLetterReason: "TooOld" },
    { deadLetterReason: "Poison" },
  ]);
  expect(fake.memory.deadLetters(fake.customer("acme"), "statuses")).toHaveLength(3);
  view.type("q");
  await view.ended;
});

/** A program that changes a text as a person would. */
async function editorThat(script: string): Promise<string> {
  const folder = await openFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const file = join(folder.path, "editor");
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return `${file} --wait`;
}

test("an edited copy is sent after a yes, with an id of its own; a mistake can be corrected", async () => {
  const fake = await withDeadLetters("acme");
  // The first edit breaks the document, the second one repairs it.
  const editor = await editorThat(
    `if grep -q oops "$2"; then sed -i 's/ oops//; s/"subject": "[^"]*"/"subject": "again"/' "$2"; else sed -i 's/^{/{ "subject": "first", oops/' "$2"; fi`,
  );
  const view = await atDeadLetters(fake, { allowsChanges: true, editor });

  view.type("s");
  await view.shows("Edit it again? (y/N)");
  view.type("y");
  await view.shows(
    /Send the edited copy of 1 dead letter of acme's statuses to that queue\s\(xtenant.json\)\? \(y\/N\)/,
  );
  expect(fake.memory.messages(fake.customer("acme"), "statuses")).toEqual([]);
  view.type("y");
  await view.shows(/sent \S+ to statuses/);

  expect(view.suspensions()).toBe(2);
  const [sent] = fake.memory.messages(fake.customer("acme"), "statuses");
  const [dead] = fake.memory.deadLetters(fake.customer("acme"), "statuses");
  expect(sent).toMatchObject({ subject: "again", body: dead?.body });
  expect(sent?.messageId).not.toBe(dead?.messageId);
  view.type("q");
  await view.ended;
});

test("an editor that fails, or a text that is the same, sends nothing", async () => {
  const fake = await withDeadLetters("acme");
  const failing = await atDeadLetters(fake, { allowsChanges: true, editor: await editorThat("exit 3") });
  failing.type("s");
  await failing.shows(/the editor .* ended with 3; next: set EDITOR/s);
  failing.type("q");
  const same = await atDeadLetters(fake, { allowsChanges: true, editor: await editorThat("true") });
  same.type("s");
  await same.shows("nothing was changed: the text is the same");
  same.type("q");

  await Promise.all([failing.ended, same.ended]);
  expect(fake.memory.messages(fake.customer("acme"), "statuses")).toEqual([]);
});

test("what was confirmed is finished before the end", async () => {
  const fake = await withDeadLetters("acme");
  const view = await atDeadLetters(fake, { allowsChanges: true });

  view.type("Pyq");
  await view.ended;

  expect(view.records.at(-1)).toMatchObject({ type: "summary", done: 1 });
});
