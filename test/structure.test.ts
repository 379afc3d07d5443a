import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const sources = globSync("{bin,src,sandbox/{bin,src}}/**/*.ts", { cwd: root }).filter(
  (file) => !file.endsWith(".d.ts"),
);

type Import = { readonly from: string; readonly to: string; readonly typeOnly: boolean; readonly lazy: boolean };

/** Every import of every source file; a relative one as a path from the root, a package by its name. */
const imports: readonly Import[] = sources.flatMap((from) => {
  const text = readFileSync(join(root, from), "utf8");
  const found = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|import\("([^"]+)"\)/gm,
  );
  return [...found].map(([, type, named, bare, lazy]) => {
    const target = named ?? bare ?? lazy ?? "";
    const to = target.startsWith(".") ? relative(root, join(root, dirname(from), target)) : target;
    return { from, to, typeOnly: type !== undefined, lazy: lazy !== undefined };
  });
});

const offending = (is: (one: Import) => boolean) => imports.filter(is).map(({ from, to }) => `${from} → ${to}`);
const inside = (folder: string) => (path: string) => path.startsWith(`${folder}/`);

test("the sources are found", () => {
  expect(sources.length).toBeGreaterThan(60);
  expect(imports.length).toBeGreaterThan(200);
});

test("the library and the sandbox import no command", () => {
  expect(
    offending(
      ({ from, to }) => !inside("src/commands")(from) && inside("src/commands")(to) && from !== "src/program.ts",
    ),
  ).toEqual([]);
});

/** `sandbox.ts`, itself a command, has `sandbox/env.ts` under it. */
const isOwnWord = (from: string, to: string) => dirname(to) === from.replace(/\.ts$/, "");

test("commands import no other command, except a group its own words", () => {
  expect(
    offending(
      ({ from, to }) =>
        inside("src/commands")(from) &&
        inside("src/commands")(to) &&
        dirname(from) !== dirname(to) &&
        !isOwnWord(from, to),
    ),
  ).toEqual([]);
  expect(
    offending(
      ({ from, to }) =>
        inside("src/commands")(from) &&
        inside("src/commands")(to) &&
        dirname(from) === "src/commands" &&
        !isOwnWord(from, to),
    ),
  ).toEqual([]);
});

test("only src/lib/azure imports the SDKs of Azure and Graph", () => {
  const sdk = /^(?:@azure\/|@microsoft\/|long$)/;
  expect(offending(({ from, to }) => sdk.test(to) && !inside("src/lib/azure")(from))).toEqual([]);
});

test("only the program's edge knows src/lib/azure: everything else works on the ports", () => {
  // The kinds of credentials are descriptions, for the config and the prompts, too; they load no SDK.
  const isData = (path: string) =>
    /^src\/lib\/azure\/credentials\/(?:credential-(?:kind|registry)|trust-options)\.ts$/.test(path);
  const edge = ["bin/process.ts"];
  expect(
    offending(
      ({ from, to }) =>
        inside("src/lib/azure")(to) && !isData(to) && !inside("src/lib/azure")(from) && !edge.includes(from),
    ),
  ).toEqual([]);
});

test("the domain is pure: it imports the domain, failures, and nothing that reads or writes", () => {
  const allowed = /^(?:src\/lib\/(?:domain\/|errors\/failure\.ts|config\/config\.ts)|zod$|node:(?:crypto|path)$)/;
  expect(offending(({ from, to }) => inside("src/lib/domain")(from) && !allowed.test(to))).toEqual([]);
});

test("the terminal's folder knows nothing of Azure or of files' formats", () => {
  expect(
    offending(
      ({ from, to, typeOnly }) => inside("src/lib/cli")(from) && !typeOnly && /^src\/lib\/(?:azure|store)\//.test(to),
    ),
  ).toEqual([]);
});

test("the sandbox is imported lazily, by its own command only", () => {
  const outside = imports.filter(
    ({ from, to }) => to === "xtenant-sandbox" || (inside("sandbox")(to) && !inside("sandbox")(from)),
  );
  expect(outside).toMatchObject([{ from: "src/commands/sandbox.ts", to: "xtenant-sandbox", lazy: true }]);
});

test("the sandbox package imports nothing of the tool but the type of its config", () => {
  const config = imports.filter(
    ({ from, to }) =>
      inside("sandbox")(from) &&
      !from.startsWith("sandbox/build") &&
      !inside("sandbox")(to) &&
      /^(?:src|bin|test|scripts)\//.test(to),
  );
  expect(config).toMatchObject([
    { from: "sandbox/src/config-document.ts", to: "src/lib/config/config-schema.ts", typeOnly: true },
  ]);
});

test("nothing on the way to --help imports an SDK, the sandbox, a schema library or a prompt", () => {
  const eager = new Map(
    Map.groupBy(
      imports.filter(({ typeOnly, lazy }) => !typeOnly && !lazy),
      ({ from }) => from,
    ),
  );
  const reached = new Set<string>();
  const visit = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { to } of eager.get(file) ?? []) visit(to);
  };
  for (const start of [
    "bin/xtenant.ts",
    "src/main.ts",
    "src/lib/azure/azure-services.ts",
    "src/commands/help.ts",
    ...sources.filter(inside("src/commands")),
  ])
    visit(start);

  const packages = [...reached].filter((path) => !/^(?:bin|src|node:)/.test(path) && !path.endsWith("package.json"));
  expect(packages.sort()).toEqual(["chalk", "commander"]);
});

test("only the bin touches the process, and nothing writes to the console", () => {
  const homes = [
    "bin/xtenant.ts",
    "bin/executable.ts",
    "bin/process.ts",
    "bin/compile-cache.ts",
    "src/cli/terminal/terminal.ts",
    "bin/late-rejections.ts",
    "sandbox/bin/xtenant-sandbox.ts",
  ];
  const touching = sources.filter((file) => /(?<![.\w])process\.(?!platform\b|nextTick\b)/.test(code(file)));
  expect(touching.filter((file) => !homes.includes(file))).toEqual([]);
  expect(sources.filter((file) => /\bconsole\./.test(code(file)))).toEqual([]);
});

test("no file hides behind a name that says nothing", () => {
  expect(
    sources.filter((file) => /(?:^|\/)(?:index|utils?|helpers?|types|constants|common)(?:\.ts|\/)/.test(file)),
  ).toEqual([]);
});

test("files stay small enough to read", () => {
  const long = sources.map((file) => [file, readFileSync(join(root, file), "utf8").split("\n").length] as const);
  expect(long.filter(([, lines]) => lines > 260)).toEqual([]);
});

const code = (file: string) =>
  readFileSync(join(root, file), "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\/\/.*$/gm, "");
