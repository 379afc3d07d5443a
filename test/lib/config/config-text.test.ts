import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openConfigFile } from "../../../src/lib/config/config-file.ts";
import { configDocument } from "../../fakes/config-document.ts";
import { openFolder } from "../../fakes/folder.ts";

async function withText(text: string | Uint8Array) {
  const folder = await openFolder();
  const option = join(folder.path, "xtenant.json");
  await writeFile(option, text);
  const file = openConfigFile(
    { option, env: { XDG_CACHE_HOME: folder.path }, workingDirectory: folder.path },
    { info: () => {} },
  );
  return { ...file, option, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const text = JSON.stringify(configDocument());

test("a file that is not JSON may be a secret: nothing of it is repeated", async () => {
  await using file = await withText("v3ry~s3cret.v4lue!");

  await expect(file.read()).rejects.toMatchObject({
    code: "ConfigInvalid",
    message: `${file.option} is not JSON: column 1: expected a value`,
  });
});

test.each(["null", "[]", "7"])("JSON that is no object: %s", async (json) => {
  await using file = await withText(json);

  await expect(file.read()).rejects.toMatchObject({
    code: "ConfigInvalid",
    message: `${file.option} is not a valid config:\n  (top level): expected an object`,
  });
});

test("a customer that is in the file twice is refused, and no change removes one of them", async () => {
  const twice = text.replace(
    '"customers":{',
    `"customers":{"acme":${JSON.stringify(configDocument().customers.acme)},`,
  );
  await using file = await withText(twice);

  const refusal = { code: "ConfigInvalid", message: expect.stringContaining("customers.acme: expected once") };
  await expect(file.read()).rejects.toMatchObject(refusal);
  await expect(file.change((document) => document)).rejects.toMatchObject(refusal);
  expect(await readFile(file.option, "utf8")).toBe(twice);
});

test("a number with more digits than JSON keeps is refused", async () => {
  const commands = '"commands":{"order":{"body":{"ids":[1,9007199254740993]}}},';
  await using file = await withText(text.replace("{", `{${commands}`));

  await expect(file.read()).rejects.toMatchObject({
    code: "ConfigInvalid",
    message: expect.stringContaining("commands.order.body.ids.1: expected fewer digits"),
  });
});

test("a file in another encoding is refused, so that no change writes replaced letters", async () => {
  await using file = await withText(Buffer.from(text.replace("{", '{"$schema":"caf\u00e9",'), "latin1"));

  const refusal = { code: "ConfigUnreadable", message: expect.stringContaining("it is not text in UTF-8 (EILSEQ)") };
  await expect(file.read()).rejects.toMatchObject(refusal);
  await expect(file.change((document) => document)).rejects.toMatchObject(refusal);
});

test.each([
  ["lists", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
  ["objects", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
])("%s that are nested deeply are refused", async (_, deep) => {
  await using file = await withText(text.replace("{", `{"commands":{"order":{"body":${deep}}},`));

  await expect(file.read()).rejects.toMatchObject({
    code: "ConfigInvalid",
    message: expect.stringContaining("commands.order.body: expected at most 100 levels"),
  });
});
