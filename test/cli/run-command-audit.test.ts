import { Command } from "commander";
import { expect, test } from "vitest";
import type { CommandDefinition } from "../../src/cli/command/define-command.ts";
import { styleFor } from "../../src/cli/output/style.ts";
import { createRun } from "../../src/cli/run-command.ts";
import type { AuditedRun } from "../../src/lib/audit/audit-trail.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import { commandRegistry } from "../../src/program.ts";
import { bareContext } from "../fakes/bare-context.ts";
import { output } from "../fakes/output.ts";

/** What was done, in its order. */
function surroundings(print: (line: string) => Promise<void> = async () => {}) {
  const done: string[] = [];
  const audit: AuditedRun = {
    results: (results) => void done.push(`audited ${JSON.stringify(results)}`),
    end: async ({ outcome, code }) => void done.push(`end ${outcome} ${code ?? ""}`.trim()),
  };
  const open = () => ({
    context: bareContext(),
    printer: { json: true, style: styleFor(output(), {}, false), print },
    beforeChange: async () => {
      done.push("begin");
      return audit;
    },
  });
  return { done, run: createRun(open) };
}

async function* sending(done: string[]) {
  done.push("sent");
  yield { customer: "acme" };
}

test("a command that changes something begins after its audit, which has the results and the end", async () => {
  const { done, run } = surroundings();

  await run(() => sending(done), { onRecord: () => "" }, { changes: true })();

  expect(done).toEqual(["begin", "sent", 'audited [{"customer":"acme"}]', "end succeeded"]);
});

test("what was done is audited, even when its line cannot be printed", async () => {
  const { done, run } = surroundings(() => Promise.reject(new Failure("OutputFailed", "full")));

  await expect(run(() => sending(done), { onRecord: () => "" }, { changes: true })()).rejects.toThrow("full");

  expect(done).toEqual(["begin", "sent", 'audited [{"customer":"acme"}]', "end failed OutputFailed"]);
});

test("a message that is not acknowledged is not audited", async () => {
  const { done, run } = surroundings(() => Promise.reject(new Failure("OutputFailed", "full")));
  async function* receiving() {
    yield { records: [{ customer: "acme" }], acknowledge: async () => {}, release: async () => {} };
  }

  await expect(run(receiving, { onRecord: () => "" }, { changes: true })()).rejects.toThrow("full");

  expect(done).toEqual(["begin", "end failed OutputFailed"]);
});

test("a command that only reads is not audited", async () => {
  const { done, run } = surroundings();

  await run(() => sending(done), { onRecord: () => "" })();

  expect(done).toEqual(["sent"]);
});

/** Commands that change nothing. Any other command must say what it changes. */
const readOnly = [
  ...["app show", "app credential list", "customers list", "customers show", "verify", "scheduled list"],
  ...[
    "dead-letter list",
    "dead-letter show",
    "command show",
    "command saved",
    "rollout show",
    "rollout list",
    "status",
    "whoami",
    "audit show",
    "context list",
    "context show",
    "explain",
    "completion",
    "help",
    "invite list",
  ],
  // Names of configs are no part of a config.
  ...["context add", "context use", "context remove"],
  // They run against a sandbox that they start.
  ...["demo", "sandbox", "sandbox env", "sandbox stop"],
];

test("every command is read-only, or is audited", async () => {
  const decided: string[] = [];
  const visit = ({ perform, changes, subcommands }: CommandDefinition, path: string) => {
    if (perform && changes === undefined) decided.push(path);
    for (const child of subcommands) visit(child, `${path} ${child.name}`);
  };
  for (const [word, { load }] of Object.entries(commandRegistry)) visit(await load(new Command()), word);

  expect(decided.sort()).toEqual([...readOnly].sort());
});
