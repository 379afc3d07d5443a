import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SandboxProcess, startSandboxProcess } from "../../../sandbox/test/sandbox-process.ts";
import { runProgram } from "../proxied-sandbox.ts";
import { matrix, operations } from "./matrix.ts";
import { clients, type OfficialClient } from "./official.ts";
import { setUp } from "./set-up.ts";
import { letter, refusals, story } from "./story.ts";

/** The official clients, unmodified and all at once. Each program prints a line for each step. */
type Line = { readonly step: string; readonly result?: object; readonly error?: string };

const here = clients.filter(({ missing }) => missing === undefined);
const reports = new Map<string, { readonly lines: readonly Line[]; readonly stderr: string }>();
let sandbox: SandboxProcess;

beforeAll(async () => {
  sandbox = await startSandboxProcess({ proxy: true });
  const variables = await setUp(
    sandbox,
    here.map(({ name }) => name),
  );
  await Promise.all(
    here.map(async ({ name, command: [file, ...args], env }) => {
      const { stdout, stderr } = await runProgram(file, args, { ...variables(name), ...env }, 90_000);
      const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
      reports.set(name, { lines: lines.map((line): Line => JSON.parse(line)), stderr });
    }),
  );
}, 120_000);
afterAll(() => sandbox?.stop());

/** The result of a step; throws what the client said instead. */
function resultOf(name: string, step: string): object {
  const { lines = [], stderr = "" } = reports.get(name) ?? {};
  const line = lines.find((each) => each.step === step);
  if (line?.result === undefined) throw new Error(`${step}: ${line?.error ?? `nothing was said: ${stderr}`}`);
  return line.result;
}

const title = ({ name, packages, missing }: OfficialClient) =>
  `${name}: ${packages.join(", ")}${missing === undefined ? "" : ` (SKIPPED: ${missing})`}`;

for (const client of clients)
  describe.skipIf(client.missing !== undefined)(title(client), () => {
    test.each(Object.entries(story))("%s", (step, expected) => {
      expect(resultOf(client.name, step)).toEqual(expected);
    });

    test("missing queue", () => {
      expect(resultOf(client.name, "missing queue")).toEqual({ refused: refusals[client.name] });
    });

    test("reads what all clients wrote", () => {
      const letters = Object.fromEntries(here.map(({ name }) => [name, letter(name, client.name)]));

      expect(resultOf(client.name, "exchange")).toEqual(letters);
    });
  });

test("sandbox/README.md has the matrix of these clients, versions and operations", async () => {
  const readme = await readFile(new URL("../../../sandbox/README.md", import.meta.url), "utf8");

  expect(readme).toContain(`${matrix()}\n`);
  for (const operation of operations) expect(readme).toContain(`* ${operation}: `);
});
