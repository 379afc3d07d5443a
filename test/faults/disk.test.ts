import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRecordFile } from "../../src/lib/receive/sinks/record-file.ts";
import { openFolder } from "../fakes/folder.ts";
import { random } from "../fakes/random.ts";

type Ill = { readonly code: string; readonly at: "write" | "sync"; readonly when: () => boolean };

const failure = (code: string) => Object.assign(new Error(`${code}: the disk failed`), { code });

/** A file on a disk that sometimes writes only a part and fails, or writes everything and fails to sync it. */
const onIllDisk = ({ code, at, when }: Ill): typeof open => {
  return async (...args) => {
    const handle: FileHandle = await open(...args);
    const append = handle.appendFile.bind(handle);
    const sync = handle.datasync.bind(handle);
    return Object.assign(handle, {
      appendFile: async (bytes: Buffer) => {
        if (at === "sync" || !when()) return append(bytes);
        await append(bytes.subarray(0, bytes.length / 2));
        throw failure(code);
      },
      datasync: async () => {
        if (at === "sync" && when()) throw failure(code);
        return sync();
      },
    });
  };
};

test.each([
  ["ENOSPC", "write"],
  ["EIO", "write"],
  ["EIO", "sync"],
] as const)(
  "after a disk failure with %s at a %s, the file contains exactly the reported lines, and writing continues",
  async (code, at) => {
    await using folder = await openFolder();
    const path = join(folder.path, "statuses.ndjson");
    for (let seed = 1; seed <= 20; seed += 1) {
      const next = random(seed);
      const before: string[] = [];
      const onDisk = onIllDisk({ code, at, when: () => next() < 0.3 });
      await using file = await openRecordFile(path, onDisk, undefined, (line) => before.push(line));
      const lines = Array.from({ length: 40 }, (_, n) => JSON.stringify({ seed, n, text: "x".repeat(next() * 300) }));
      const taken: string[] = [];
      for (let from = 0; from < lines.length; from += 4) {
        const group = lines.slice(from, from + 4);
        const written = await Promise.allSettled(group.map((line) => file.append(line)));
        written.forEach((one, n) => {
          if (one.status === "fulfilled") taken.push(group[n] ?? "");
          else
            expect(one.reason).toMatchObject({
              kind: "unavailable",
              code: "OutputFailed",
              message: expect.stringContaining(code),
            });
        });
      }

      expect(taken.length).toBeGreaterThan(0);
      expect(taken.length).toBeLessThan(lines.length);
      expect(await readFile(path, "utf8")).toBe([...before, ...taken, ""].join("\n"));
    }
  },
);
