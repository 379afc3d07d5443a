import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/lib/config/config.ts";
import { jsonLines, openSandbox } from "./xtenant.ts";

const folder = join(import.meta.dirname, "../../deploy/container-apps");
const bicep = await readFile(join(folder, "poll.bicep"), "utf8");
const resolve = createRequire(import.meta.url).resolve;

type Node = {
  readonly type: string;
  readonly text: string;
  readonly hasError: boolean;
  readonly namedChildren: readonly (Node | null)[];
};

async function parse(text: string): Promise<Node> {
  const { Parser, Language } = await import("web-tree-sitter");
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(resolve("tree-sitter-bicep/tree-sitter-bicep.wasm")));
  const tree = parser.parse(text);
  if (tree === null) throw new Error("the grammar returned no tree");
  return tree.rootNode;
}

const children = ({ namedChildren }: Node) => namedChildren.filter((node) => node !== null);
const all = (node: Node, type: string): readonly Node[] => [
  ...(node.type === type ? [node] : []),
  ...children(node).flatMap((child) => all(child, type)),
];
/** The values of every property with this name. */
const values = (node: Node, name: string) =>
  all(node, "object_property").flatMap((property) => {
    const [key, value] = children(property);
    return key?.text === name && value ? [value] : [];
  });
const unquoted = (text: string) => text.replace(/^'(.*)'$/, "$1");

describe("deploy/container-apps", async () => {
  const tree = await parse(bicep);
  const defaults = Object.fromEntries(
    all(tree, "parameter_declaration").map(({ text }) => {
      const [, name = "", value = ""] = /param (\w+) \w+(?: = (.*))?$/m.exec(text) ?? [];
      return [name, unquoted(value)];
    }),
  );
  /** The command line of each container, with the parameters' defaults. */
  const lines = values(tree, "args").map((list) =>
    children(list).map(({ type, text }) => (type === "identifier" ? (defaults[text] ?? text) : unquoted(text))),
  );
  test("the file is valid Bicep, with an app for each shard and a job, each with the identity and without a secret", () => {
    expect(tree.hasError).toBe(false);
    const resources = all(tree, "resource_declaration").map(({ text }) => text);
    const made = resources.filter((text) => !text.includes(" existing "));
    expect(made.map((text) => /'(.*)@/.exec(text)?.[1])).toEqual(["Microsoft.App/containerApps", "Microsoft.App/jobs"]);
    for (const text of made) expect(text).toContain("type: 'UserAssigned'");
    expect(bicep).not.toMatch(/listKeys|listCredentials|password|secure\(|keyVaultUrl/i);
    expect(values(tree, "value").some(({ text }) => /^'\$\{shard\}\/\$\{shards\}'$/.test(text))).toBe(true);
  });

  test("its config is valid, and uses the managed identity", async () => {
    const config = parseConfig(JSON.parse(await readFile(join(folder, "xtenant.json"), "utf8")), "xtenant.json");

    expect(config).toMatchObject({ provider: { credential: { kind: "managed-identity" } } });
  });

  test("the apps have the command line and probes of the tested Kubernetes replicas", async () => {
    const set = await readFile(join(folder, "../kubernetes/poll/stateful-set.yaml"), "utf8");
    const line = /args: \[(.*)\]/
      .exec(set)?.[1]
      ?.split(", ")
      .map((word) => word.replace(/^"(.*)"$/, "$1"));
    const probed = (text: string) => [...text.matchAll(/path: '?(\/\w+z)/g)].map(([, path]) => path);

    expect(lines[0]).toEqual(line);
    expect(probed(bicep)).toEqual(probed(set));
    expect(probed(bicep)).toEqual(["/readyz", "/livez"]);
  });

  test("the job's command line polls every customer and ends", async () => {
    await using sandbox = await openSandbox();
    const { exitCode, stdout } = await sandbox.x(...(lines[1] ?? []));

    // No customer has consented yet.
    expect(exitCode).toBe(4);
    expect(
      jsonLines(stdout)
        .map(({ customer }) => customer)
        .sort(),
    ).toEqual(["acme", "fabrikam", "tailspin"]);
  });
});
