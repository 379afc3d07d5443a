import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRecordFile } from "../../src/lib/receive/sinks/record-file.ts";
import { openFolder } from "../fakes/folder.ts";

const lines = ["grün", "", "🎉"].map((body) => JSON.stringify({ type: "message", customer: "acme", body }));
const whole = Buffer.from(lines.map((line) => `${line}\n`).join(""));

test("a file of --to-file that was truncated at any byte keeps its complete lines, loses the partial one, and continues", async () => {
  await using folder = await openFolder();
  const path = join(folder.path, "statuses.ndjson");
  for (let cut = 0; cut <= whole.length; cut += 1) {
    await writeFile(path, whole.subarray(0, cut));
    const before: string[] = [];
    await using file = await openRecordFile(path, undefined, undefined, (line) => before.push(line));
    await file.append('{"messageId":"next"}');

    // A record that lacks only its end of line is complete.
    const kept = lines.filter((_, n) => cut >= Buffer.byteLength(lines.slice(0, n + 1).join("\n"))).length;
    const expected = [...lines.slice(0, kept), '{"messageId":"next"}', ""].join("\n");
    expect(await readFile(path, "utf8")).toBe(expected);
    expect(before).toEqual(lines.slice(0, kept));
  }
});

test("only its owner can read a new file of --to-file, because messages are private", async () => {
  await using folder = await openFolder();
  const path = join(folder.path, "statuses.ndjson");
  await using _file = await openRecordFile(path);

  expect((await stat(path)).mode & 0o777).toBe(0o600);
});
