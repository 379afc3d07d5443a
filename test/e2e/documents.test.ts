import { existsSync, globSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseWhereExpression } from "../../src/lib/receive/where-expression.ts";
import { azureCli } from "../independent/installed.ts";
import { provocations } from "./codes/provocations.ts";
import { type Block, blocksOf, exchangesOf, linksOf } from "./documents/blocks.ts";
import * as places from "./documents/places.ts";
import { expectShown } from "./documents/shown.ts";
import { openSurroundings } from "./documents/surroundings.ts";

const root = join(import.meta.dirname, "../..");

/** The place of the document's reader, when it is not beside a sandbox. */
const placeOf: Readonly<Record<string, places.Place>> = {
  "README.md": places.nothing,
  "docs/message-format.md": places.onboarded,
  "docs/migration.md": places.ownerOfTheSample,
  "docs/onboarding-customer.md": places.customerInAzure,
  "docs/onboarding-provider.md": places.rehearsal,
  "docs/sandbox.md": places.nothing,
};

const documents = await Promise.all(
  globSync(["*.md", "{docs,deploy,examples}/**/*.md"], { cwd: root })
    .sort()
    .map(async (file) => {
      const text = await readFile(join(root, file), "utf8");
      return { file, blocks: blocksOf(text), links: linksOf(text) };
    }),
);
const isOfCommands = ({ language }: Block) => language === "sh" || language === "console";
const isLeftOut = ({ directive }: Block) => directive.startsWith("not run");
const withCommands = documents.filter(({ blocks }) => blocks.some((one) => isOfCommands(one) && !isLeftOut(one)));

/** The readers share what is compiled. */
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "xtenant-cache-"));
});
afterAll(() => rm(cache, { recursive: true, force: true }));

const needsAz = ({ file }: { readonly file: string }) => placeOf[file] === places.customerInAzure && azureCli.missing;

for (const { file, blocks } of withCommands)
  test.skipIf(needsAz({ file }))(
    `every command in ${file} gives the shown output${needsAz({ file }) ? `, by ${azureCli.name}` : ""}`,
    { timeout: 120_000, concurrent: true },
    async () => {
      await using reader = await openSurroundings(placeOf[file] ?? places.onSandbox, cache);
      for (const block of blocks) {
        if (isLeftOut(block)) continue;
        if (block.language === "console") await follow(block, reader);
        else if (block.language === "sh") await runAll(block, reader);
        else if (block.directive.startsWith("file: ")) await reader.save(block.directive.slice(6), block.text);
      }
    },
  );

type Reader = Awaited<ReturnType<typeof openSurroundings>>;

async function runAll({ text, directive }: Block, reader: Reader): Promise<void> {
  const goesOn = directive === "run until interrupted";
  const { exitCode, output } = await reader.run(text, goesOn ? "interrupted" : "script");
  expect(exitCode, `${text}\n\n${output}`).toBeOneOf(goesOn ? [0, 130] : [0]);
}

/** A command may fail where the document shows the error. */
async function follow(block: Block, reader: Reader): Promise<void> {
  for (const { command, shown } of exchangesOf(block)) {
    const { exitCode, output } = await reader.run(command, command.endsWith("&") ? "background" : "command");
    expectShown(command, shown, output.replaceAll(`${reader.cwd}/`, ""));
    if (!/^error:/m.test(output)) expect(exitCode, `${command}\n\n${output}`).toBe(0);
  }
}

test.each(documents)("$file has its commands in fences, and states why one is not run", ({ blocks }) => {
  const commands = /^(?:\$ |(?:npx )?xtenant |npm |node |az |curl |kubectl |podman )/m;
  const elsewhere = blocks.filter((one) => !isOfCommands(one) && one.language !== "text" && commands.test(one.text));
  const directives = blocks.filter(isOfCommands).map(({ directive }) => directive);

  expect(elsewhere).toEqual([]);
  expect(directives.filter((one) => !/^(?:|run until interrupted|not run: .+)$/.test(one))).toEqual([]);
});

test.each(documents)("every link in $file leads to an existing file", ({ file, links }) => {
  expect(links.filter((link) => !existsSync(join(root, dirname(file), link)))).toEqual([]);
});

test("docs/README.md lists every document", () => {
  const { links = [] } = documents.find(({ file }) => file === "docs/README.md") ?? {};

  expect(
    globSync("*.md", { cwd: join(root, "docs") }).filter((file) => ![...links, "README.md"].includes(file)),
  ).toEqual([]);
});

test("few blocks of commands are not run", () => {
  const leftOut = documents.flatMap(({ file, blocks }) =>
    blocks.filter(isLeftOut).map(({ directive }) => `${file} ${directive.replace("not run: ", "")}`),
  );

  expect(leftOut).toMatchInlineSnapshot(`
    [
      "CONTRIBUTING.md .ci/run runs them",
      "README.md changes the global folder of npm; test/e2e/package.test.ts installs the package in a folder",
      "README.md the guide for providers has the same commands, and test/e2e/documents.test.ts runs them there",
      "docs/internals/performance.md takes minutes",
      "docs/internals/reliability.md the full set takes long; npm test runs one seed of most",
      "docs/internals/reliability.md the option sets how long it takes",
      "docs/onboarding-customer.md asks a person to sign in",
      "docs/onboarding-customer.md the Azure CLI of Debian, which the tests have, cannot assign roles",
      "docs/onboarding-customer.md the Azure CLI of Debian, which the tests have, cannot remove roles",
      "docs/onboarding-provider.md asks Azure about an identity, which the sandbox does not manage",
      "docs/telemetry.md no collector stands beside the reader; test/e2e/telemetry.test.ts has one",
    ]
  `);
});

test("every expression in the documents is valid", async () => {
  const shown = documents.flatMap(({ blocks }) =>
    blocks.filter(({ language }) => language === "cel").flatMap(({ text }) => text.split("\n")),
  );

  expect(shown.length).toBeGreaterThan(2);
  for (const expression of shown) await expect(parseWhereExpression(expression)).resolves.toBeTypeOf("function");
});

test("the runbook has ten errors, each with the text of `explain`, and each provoked by a test", async () => {
  const text = await readFile(join(root, "docs/runbook.md"), "utf8");
  const codes = [...text.matchAll(/^## (\w+): /gm)].map(([, code = ""]) => code);
  const explained = [...text.matchAll(/^\$ xtenant explain (\w+)$/gm)].map(([, code]) => code);

  expect(codes).toHaveLength(10);
  expect(explained).toEqual(codes);
  expect(codes.filter((code) => !Object.hasOwn(provocations, code))).toEqual([]);
});
