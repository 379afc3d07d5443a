import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileSink } from "../../../../src/lib/receive/sinks/file-sink.ts";
import { openFolder } from "../../../fakes/folder.ts";

test("a file that is moved away while it is opened is created again at the signal", async () => {
  await using folder = await openFolder();
  const path = join(folder.path, "statuses.ndjson");
  const listeners = new Set<() => void>();
  const opening = fileSink(path, { contract: () => [] }, (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  });
  // Nothing has been opened yet, so no signal is missed.
  expect(listeners.size).toBe(1);
  await expect.poll(() => existsSync(path), { interval: 1 }).toBe(true);

  await rename(path, `${path}.1`);
  listeners.forEach((listener) => void listener());

  {
    await using _sink = await opening;
    await expect.poll(() => existsSync(path)).toBe(true);
  }
  expect(listeners.size).toBe(0);
});

test("a file that cannot be opened leaves no listener", async () => {
  await using folder = await openFolder();
  const listeners = new Set<() => void>();

  await expect(
    fileSink(folder.path, { contract: () => [] }, (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    }),
  ).rejects.toMatchObject({ code: "OutputUnusable" });
  expect(listeners.size).toBe(0);
});
