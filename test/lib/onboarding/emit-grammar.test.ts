import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";

// What the golden files hold is parsed by the languages' own grammars: HashiCorp's HCL, compiled to WebAssembly, and Bicep's
// for tree-sitter. Neither needs a program or the network; where they are not installed the tests are skipped and say so.
const require = createRequire(import.meta.url);
const installed = (...names: readonly string[]) =>
  names.every((name) => {
    try {
      return require.resolve(name) !== "";
    } catch {
      return false;
    }
  });
const hasHcl = installed("@cdktn/hcl2json");
const hasBicep = installed("web-tree-sitter", "tree-sitter-bicep/tree-sitter-bicep.wasm");
const skipped = (isThere: boolean, packages: string) => (isThere ? "" : ` (SKIPPED: npm install ${packages})`);

const golden = join(import.meta.dirname, "../../golden/emit");
const files = (form: string) => globSync(`${form}*.txt`, { cwd: golden }).map((file) => join(golden, file));

/** Modules whose types are not there where they are not installed. */
const load = async (name: string): Promise<unknown> => import(name);

describe.skipIf(!hasHcl)(`Terraform${skipped(hasHcl, "@cdktn/hcl2json")}`, () => {
  const parse = async (file: string) =>
    z
      .object({ parse: z.function({ input: [z.string(), z.string()], output: z.promise(z.looseObject({})) }) })
      .parse(await load("@cdktn/hcl2json"))
      .parse(`${basename(file)}.tf`, readFileSync(file, "utf8"));

  test.each(files("terraform"))("%s is HCL, with the resources that it should have", async (file) => {
    const { resource } = z.object({ resource: z.record(z.string(), z.looseObject({})) }).parse(await parse(file));

    expect(Object.keys(resource.azurerm_role_assignment ?? {})).toHaveLength(2);
    expect(Object.keys(resource.azurerm_servicebus_queue ?? {})).toHaveLength(/terraform\.txt$/.test(file) ? 0 : 2);
  });
});

describe.skipIf(!hasBicep)(`Bicep${skipped(hasBicep, "web-tree-sitter tree-sitter-bicep")}`, () => {
  const treeSitter = z.object({
    Parser: z.custom<TreeSitter["Parser"]>((value) => typeof value === "function"),
    Language: z.custom<TreeSitter["Language"]>((value) => typeof value === "function"),
  });

  async function hasErrors(text: string): Promise<boolean> {
    const { Parser, Language } = treeSitter.parse(await load("web-tree-sitter"));
    await Parser.init();
    const parser = new Parser();
    parser.setLanguage(await Language.load(require.resolve("tree-sitter-bicep/tree-sitter-bicep.wasm")));
    return parser.parse(text).rootNode.hasError;
  }

  test.each(files("bicep"))("%s is Bicep", async (file) => {
    expect(await hasErrors(readFileSync(file, "utf8"))).toBe(false);
  });

  test("what is not Bicep is seen", async () => {
    expect(await hasErrors("resource queue 'x' = {")).toBe(true);
  });
});

/** The part of web-tree-sitter that is used. */
type TreeSitter = {
  readonly Parser: {
    new (): {
      setLanguage(language: object): void;
      parse(text: string): { readonly rootNode: { readonly hasError: boolean } };
    };
    init(): Promise<void>;
  };
  readonly Language: { load(file: string): Promise<object> };
};
