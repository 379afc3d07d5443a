import { Command } from "commander";
import { expect, test } from "vitest";
import type { CommandDefinition } from "../../src/cli/command/define-command.ts";
import { create } from "../../src/commands/app/create.ts";
import { add } from "../../src/commands/app/credential/add.ts";
import { remove } from "../../src/commands/app/credential/remove.ts";
import { rotate } from "../../src/commands/app/credential/rotate.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { commandRegistry } from "../../src/program.ts";
import { fakeContext } from "../fakes/context.ts";
import { providerAtWork } from "../fakes/provider-at-work.ts";

const withSubcommands = (command: CommandDefinition, words = command.name): readonly [string, CommandDefinition][] => [
  [words, command],
  ...command.subcommands.flatMap((child) => withSubcommands(child, `${words} ${child.name}`)),
];

/** They act on what nobody knows in advance. */
const withoutPlan = ["browse", "respond", "scheduled cancel"];

test("every command that changes something has --dry-run", async () => {
  const roots = await Promise.all(Object.values(commandRegistry).map(({ load }) => load(new Command())));
  const changing = roots.flatMap((root) => withSubcommands(root)).filter(([, { changes }]) => changes !== undefined);
  const lacking = changing.filter(([, { options }]) => !("dryRun" in options)).map(([words]) => words);

  expect(changing.length).toBeGreaterThan(10);
  expect(lacking.filter((words) => words !== "poll").sort()).toEqual(withoutPlan);
});

test("app create and app credential show what they would do, and change nothing", async () => {
  await using work = await providerAtWork();
  const context = work.context();
  const before = { credentials: await work.credentials(), config: await work.text(), names: await work.names() };
  const dryRun = true;

  expect(await create(context, { uniqueName: "new", use: true, dryRun })).toMatchObject({ outcome: "would-create" });
  expect(await add(context, { certificate: true, use: true, dryRun })).toMatchObject({ outcome: "would-create" });
  expect(await Array.fromAsync(rotate(context, { certificate: true, timeout: 1, dryRun }))).toMatchObject([
    { type: "planned", kind: "certificate" },
  ]);
  const [first] = (await work.credentials()) as readonly { readonly name: string }[];
  if (first)
    expect(await remove(context, first.name, { force: true, dryRun })).toMatchObject({ outcome: "would-remove" });
  expect(await work.memory.apps.registrations.find({ uniqueName: "new" })).toBeUndefined();
  expect({ credentials: await work.credentials(), config: await work.text(), names: await work.names() }).toEqual(
    before,
  );
});

test("onboard --provision --grant shows what it would create and assign, and changes nothing", async () => {
  const { context } = fakeContext();
  const request = { provision: true, grant: true, timeout: 1_000, dryRun: true } as const;
  const planned = () => Array.fromAsync(onboard(context, parseCustomerName("acme"), request));

  expect(await planned()).toMatchObject([
    { type: "tenant" },
    { type: "service-principal", outcome: "would-create" },
    { type: "assignment", outcome: "would-create" },
  ]);
  expect((await planned())[1]).toMatchObject({ outcome: "would-create" });
});
