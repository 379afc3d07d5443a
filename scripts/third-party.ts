import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

type Package = {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly texts: string;
  readonly source: string;
};

/**
 * The copyright lines and texts that the licences of the bundled packages require. A text that several packages share
 * appears once. A licence that asks for it gets the address of the source (MPL 2.0, 3.2).
 */
export async function thirdPartyNotices(modules: readonly string[]): Promise<string> {
  const folders = new Set(modules.flatMap((module) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? []));
  const packages = await Promise.all([...folders].sort().map(readPackage));
  const byText = Map.groupBy(packages, ({ texts }) => texts);
  const sections = [...byText].map(([texts, sharing]) => {
    const names = new Set(sharing.map(lineOf));
    return `${[...names].join("\n")}\n\n${texts}`;
  });
  return `This program contains the packages below.\n\n${sections.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

const lineOf = ({ name, version, license, source }: Package) =>
  `${name} ${version} (${license})${license.startsWith("MPL") ? `, source: ${source}` : ""}`;

async function readPackage(folder: string): Promise<Package> {
  const { name, version, license, author, repository } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  );
  const files = (await readdir(folder)).filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  // Some packages name their licence only in package.json.
  if (texts.length === 0) texts.push(`Copyright (c) ${author?.name ?? author ?? `the authors of ${name}`}`);
  const source = String(repository?.url ?? repository).replace(/^git(?:\+https)?:/, "https:");
  return {
    name,
    version,
    license,
    source,
    texts: texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n"),
  };
}
