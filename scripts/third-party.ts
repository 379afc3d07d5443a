import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

type Package = { readonly name: string; readonly version: string; readonly license: string; readonly texts: string };

/**
 * The copyright lines and texts that the licences of the bundled packages require. A text that several packages share
 * appears once.
 */
export async function thirdPartyNotices(modules: readonly string[]): Promise<string> {
  const folders = new Set(modules.flatMap((module) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? []));
  const packages = await Promise.all([...folders].sort().map(readPackage));
  const byText = Map.groupBy(packages, ({ texts }) => texts);
  const sections = [...byText].map(([texts, sharing]) => {
    const names = new Set(sharing.map(({ name, version, license }) => `${name} ${version} (${license})`));
    return `${[...names].join("\n")}\n\n${texts}`;
  });
  return `This program contains the packages below.\n\n${sections.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

async function readPackage(folder: string): Promise<Package> {
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  // Some packages name their licence only in package.json.
  if (texts.length === 0) texts.push(`Copyright (c) ${author?.name ?? author ?? `the authors of ${name}`}`);
  return { name, version, license, texts: texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n") };
}
