import { Command } from "commander";
import { expect, test } from "vitest";
import { buildCommand } from "../../src/cli/command/build-command.ts";
import type { CommandDefinition } from "../../src/cli/command/define-command.ts";
import type { Options } from "../../src/cli/command/define-option.ts";
import { noTelemetry } from "../../src/lib/telemetry/telemetry.ts";
import { main } from "../../src/main.ts";
import { commandRegistry } from "../../src/program.ts";
import { configOnDisk } from "../fakes/config-on-disk.ts";
import { threeCustomers } from "../fakes/context.ts";
import { createMemoryCloud } from "../fakes/memory-cloud.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

type Typed = { readonly typed: string; readonly definition: CommandDefinition };

async function allCommands(): Promise<readonly Typed[]> {
  const visit = (definition: CommandDefinition, typed: string): readonly Typed[] => [
    { typed, definition },
    ...definition.subcommands.flatMap((child) => visit(child, `${typed} ${child.name}`)),
  ];
  const roots = Object.entries(commandRegistry).map(async ([word, { load }]) => visit(await load(new Command()), word));
  return (await Promise.all(roots)).flat();
}

/** Options with which a command ends at once and asks nobody. */
const extra: Readonly<Record<string, readonly string[]>> = {
  onboard: ["--url"],
  invite: ["--dry-run"],
  grant: ["--dry-run"],
  offboard: ["--dry-run"],
  "dead-letter resubmit": ["--dry-run"],
  "dead-letter purge": ["--dry-run"],
  "customers remove": ["--yes"],
  "customers set": ["--access", "data-owner", "--dry-run"],
};

const commands = await allCommands();
const takingCustomers = commands.filter(
  ({ definition }) => "customers" in definition.arguments || definition.name === "send",
);

test("the commands that take customers", () => {
  expect(takingCustomers.map(({ typed }) => typed)).toEqual([
    ...["customers list", "customers show", "customers set", "customers remove"],
    ...["onboard", "invite", "invite list", "grant", "verify", "offboard", "send", "command show", "scheduled list"],
    ...["poll", "dead-letter list", "dead-letter show", "dead-letter resubmit", "dead-letter purge"],
    ...["status", "whoami"],
  ]);
});

test.each(takingCustomers)("$typed has --all and --tag", ({ definition }) => {
  const options: Options = definition.options;

  expect(options.all?.flags).toBe("--all");
  expect(options.tag?.flags).toBe("-t, --tag <key=value>");
});

const config = {
  ...threeCustomers,
  customers: Object.fromEntries(
    Object.entries(threeCustomers.customers).map(([name, customer]) => [
      name,
      name === "tailspin" ? customer : { ...customer, tags: { region: "eu" } },
    ]),
  ),
};

/** The customers that the records and the errors of a command name. */
async function customersOf(typed: string, words: readonly string[]) {
  await using disk = await configOnDisk(config);
  const { cloud } = createMemoryCloud();
  const terminal = fakeTerminal({ workingDirectory: disk.path });
  const body = typed === "send" && words.length > 0 ? ["hello"] : [];
  const first = typed === "command show" ? ["k7m2-q4xd-9rtp"] : [];
  const line = [...typed.split(" "), ...first, ...words, ...body, ...(extra[typed] ?? []), "--json"];
  const exitCode = await main(line, terminal, () => ({ azure: cloud, telemetry: noTelemetry }));
  const printed = terminal.stdout.text() + terminal.stderr.text();
  const names = Object.keys(config.customers).filter((name) => printed.includes(name));
  return { exitCode, names, printed };
}

test.each(
  takingCustomers.flatMap(({ typed }) =>
    [["acme", "fabrikam"], ["acme,fabrikam"], ["--tag", "region=eu"], ["-t", "region=eu"]].map((words) => ({
      typed,
      words: words.join(" "),
    })),
  ),
)("$typed $words selects acme and fabrikam", async ({ typed, words }) => {
  const { exitCode, names, printed } = await customersOf(typed, words.split(" "));

  expect({ names, printed }).toEqual({ names: ["acme", "fabrikam"], printed });
  expect(exitCode).not.toBe(2);
});

test.each(takingCustomers)("$typed --all selects every customer", async ({ typed }) => {
  const { exitCode, names, printed } = await customersOf(typed, ["--all"]);

  expect({ names, printed }).toEqual({ names: ["acme", "fabrikam", "tailspin"], printed });
  expect(exitCode).not.toBe(2);
});

test.each(takingCustomers)("$typed refuses names with --all or with --tag", async ({ typed }) => {
  for (const both of [
    ["acme", "--all"],
    ["acme", "--tag", "region=eu"],
    ["--all", "--tag", "region=eu"],
  ])
    expect(await customersOf(typed, both)).toMatchObject({
      exitCode: 2,
      printed: expect.stringContaining("only one of"),
    });
});

test.each(takingCustomers.filter(({ definition }) => !JSON.stringify(definition.arguments).includes("default: all")))(
  "$typed without customers is a usage error",
  async ({ typed }) => {
    expect((await customersOf(typed, [])).exitCode).toBe(2);
  },
);

test("a command that acts for one customer refuses several", async () => {
  for (const { typed, definition } of commands.filter(({ definition }) => "customer" in definition.arguments)) {
    const command = buildCommand(definition, { run: () => async () => {}, workingDirectory: "/" });
    command.exitOverride().configureOutput({ writeErr: () => {} });

    const others = Object.keys(definition.arguments).length > 1 ? ["1"] : [];
    await expect(command.parseAsync(["acme,fabrikam", ...others], { from: "user" }), typed).rejects.toThrow(
      /customer/i,
    );
  }
});

test("only an option whose value may be left out says that customers come before it", async () => {
  const errorOf = async (...args: readonly string[]) => {
    const terminal = fakeTerminal();
    await main(args, terminal, () => ({ azure: createMemoryCloud().cloud, telemetry: noTelemetry }));
    return terminal.stderr.text().split("\n")[0];
  };

  expect(await errorOf("grant", "--wait", "acme")).toMatch(/[^.]; customers come before this option$/);
  expect(await errorOf("send", "acme", "hi", "-p", "n:int=x")).toMatch(/'x' is no int$/);
});
