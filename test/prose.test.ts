import { expect, test } from "vitest";
import { checkFiles, checkText, filesToRead } from "../scripts/prose/check-prose.ts";

const foundIn = async (file: string, text: string) =>
  (await checkText(file, text)).map(({ line, message }) => `${line} ${message.split(/;| is /)[0]}`);

test.each([
  ["what was not acknowledged is told as unknown", ["'what was not acknowledged'", "'told'"]],
  ["complete without a word what has the message id of one that was taken", ["'without a word'"]],
  ["only the last so many", ["'so many'"]],
  ["look only: name those that are meant", ["'look only'", "'meant'"]],
  ["it is opened anew by itself; if this comes again, look at the network", ["'anew'", "'by itself'", "'look at'"]],
  ["a record so often as a sign of life", ["'so often'", "'sign of life'"]],
  ["have a Customer's tenant admit the app", ["'admit'", "'Customer's'"]],
])("the earlier text '%s' is refused as a document, a message, a comment and help", async (text, words) => {
  const found = words.map((word) => `1 ${word}`).sort();

  expect((await foundIn("a.md", text)).sort()).toEqual(found);
  expect((await foundIn("a.ts", `throw new Failure("usage", "${text}");`)).sort()).toEqual(found);
  expect((await foundIn("a.ts", `/** ${text} */`)).sort()).toEqual(found);
  expect((await foundIn("a.txt", `  --option <count>   ${text}`)).sort()).toEqual(found);
});

test("a phrase is found over the end of a line", async () => {
  expect(await foundIn("a.md", "It is done without\na word.")).toEqual(["1 'without a word'"]);
  expect(await foundIn("a.ts", "/**\n * It is done without\n * a word.\n */")).toEqual(["2 'without a word'"]);
  expect(await foundIn("a.txt", "  --dedup   complete without\n            a word")).toEqual(["1 'without a word'"]);
});

test("comments in YAML, shell, Python and Bicep are prose, and what stands beside them is not", async () => {
  const yaml = "# Done without\n# a word.\ntold: meant # anew\n";

  for (const file of ["a.yml", "a.yaml", "Containerfile", "a.py"])
    expect(await foundIn(file, yaml)).toEqual(["1 'without a word'", "3 'anew'"]);
  expect(await foundIn("a.bicep", "// Done anew.\nparam told string\n")).toEqual(["1 'anew'"]);
});

test("code is not prose: neither a fence, nor a word in backticks, nor a name in a source", async () => {
  expect(await foundIn("a.md", "The type `meant`.\n\n```ts\nconst told = 1;\n```\n")).toEqual([]);
  expect(await foundIn("a.ts", "// The type `meant`.\nconst told = anew();")).toEqual([]);
});

test("customer and provider are capitalised only where a sentence begins", async () => {
  expect(await foundIn("a.md", "Customers consent. Providers send. Each customer grants.")).toEqual([]);
  expect(await foundIn("a.md", "Each Customer consents,\nthe Provider sends.")).toEqual([
    "1 'Customer'",
    "2 'Provider'",
  ]);
});

test("a sentence has at most 30 words", async () => {
  const sentence = (count: number) => `Word${" word".repeat(count - 1)}.`;

  expect(await foundIn("a.ts", `/* ${sentence(30)} ${sentence(30)} */`)).toEqual([]);
  expect(await foundIn("a.md", `${sentence(20)} \`code\` is a word.\n${sentence(20)}`)).toEqual([]);
  expect(await foundIn("a.ts", `/**\n * - ${sentence(20)}\n * - ${sentence(20)}\n */`)).toEqual([]);
  expect(await foundIn("a.ts", `/* ${sentence(5)}\n * ${sentence(31)} */`)).toEqual(["2 a sentence of 31 words"]);
});

test("a line of Markdown is as short as .editorconfig says; tables, code and addresses cannot be broken", async () => {
  const long = "word ".repeat(25).trimEnd();
  const address = `https://example.com/${"a".repeat(120)}`;

  expect(await foundIn("a.md", `Short.\n${long}`)).toEqual(["2 a line of 124 characters"]);
  expect(await foundIn("a.md", `| a |\n| --- |\n| ${long} |\n\n\`\`\`text\n${long}\n\`\`\`\n\n- ${address}\n`)).toEqual(
    [],
  );
});

test("in help, a heading, an option and a list item are sentences of their own", async () => {
  const words = "word ".repeat(20).trimEnd();

  expect(await foundIn("a.txt", `Options:\n  --a  ${words}\n  --b  ${words}\n`)).toEqual([]);
  expect(await foundIn("a.txt", `* ${words}\n* ${words}\n`)).toEqual([]);
  expect(await foundIn("a.txt", `  --a  ${words}\n       ${words}\n`)).toEqual(["1 a sentence of 40 words"]);
});

test("every file passes", { timeout: 60_000 }, async () => {
  expect(await checkFiles(filesToRead())).toEqual([]);
});
