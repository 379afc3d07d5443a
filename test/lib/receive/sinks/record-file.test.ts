import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readdir, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openFileLock, takeFileLock } from "../../../../src/lib/config/files/file-lock.ts";
import { openRecordFile } from "../../../../src/lib/receive/sinks/record-file.ts";
import { openFolder } from "../../../fakes/folder.ts";

const record = (body: string) => JSON.stringify({ type: "message", customer: "acme", body });
const bodies = (text: string) =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line).body);

async function inFolder() {
  const folder = await openFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return { folder, path: join(folder.path, "statuses.ndjson") };
}

test.each(["precious data", '{"type":"other"', '{"customer":1}', "first\nsecond", `${"x".repeat(17 * 1024 ** 2)}`])(
  "a file that is not ours and has no end of line is refused and stays as it is",
  async (text) => {
    const { path } = await inFolder();
    await writeFile(path, text);

    await expect(openRecordFile(path)).rejects.toMatchObject({ code: "OutputUnusable", kind: "usage" });
    expect((await readFile(path, "utf8")) === text).toBe(true);
  },
);

test("a complete record without its end of line is kept", async () => {
  const { path } = await inFolder();
  await writeFile(path, record("1"));
  const before: string[] = [];
  await using file = await openRecordFile(path, undefined, undefined, (line) => before.push(line));
  await file.append(record("2"));

  expect(bodies(await readFile(path, "utf8"))).toEqual(["1", "2"]);
  expect(before).toEqual([record("1")]);
});

test.each([100, 70_000, 2 * 1024 ** 2])(
  "a partial record of %d bytes is removed, and the lines before it stay",
  async (length) => {
    const { path } = await inFolder();
    const kept = `${record("1")}\n${record("2".repeat(100_000))}\n`;
    await writeFile(path, kept + record("x".repeat(length)).slice(0, -2));
    await using _file = await openRecordFile(path);

    expect((await readFile(path, "utf8")) === kept).toBe(true);
  },
);

test("a pipe is refused without a wait for its reader", async () => {
  const { path } = await inFolder();
  execFileSync("mkfifo", [path]);

  await expect(openRecordFile(path)).rejects.toMatchObject({
    code: "OutputUnusable",
    message: expect.stringContaining("not a regular file"),
  });
});

test("two writers of one file keep each other's lines, though the disk of one fails in the middle of writes", async () => {
  const { path } = await inFolder();
  let writes = 0;
  const onIllDisk: typeof open = async (...args) => {
    const handle = await open(...args);
    const append = handle.appendFile.bind(handle);
    return Object.assign(handle, {
      appendFile: async (bytes: Buffer) => {
        writes += 1;
        if (writes % 3 !== 0) return append(bytes);
        await append(bytes.subarray(0, bytes.length / 2));
        throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      },
    });
  };
  await using well = await openRecordFile(path);
  await using ill = await openRecordFile(path, onIllDisk);
  const taken: string[] = [];
  const fill = async (file: typeof well, name: string) => {
    for (let n = 0; n < 100; n += 1) {
      const body = `${name}-${n}`;
      await file.append(record(body)).then(
        () => taken.push(body),
        () => {},
      );
    }
  };
  await Promise.all([fill(well, "well"), fill(ill, "ill")]);

  expect(taken.length).toBeGreaterThan(150);
  expect(taken.length).toBeLessThan(200);
  expect(bodies(await readFile(path, "utf8")).toSorted()).toEqual(taken.toSorted());
});

test("a file that is opened while another writes large records loses none of them", async () => {
  const { path } = await inFolder();
  await using file = await openRecordFile(path);
  const large = "x".repeat(3 * 1024 ** 2);
  const append = async () => {
    for (let n = 0; n < 10; n += 1) await file.append(record(`${n}${large}`));
    return "written" as const;
  };
  const appending = append();
  while (
    (await Promise.race([appending, openRecordFile(path).then((other) => other[Symbol.asyncDispose]())])) === undefined
  );

  expect(bodies(await readFile(path, "utf8"))).toHaveLength(10);
});

test("after a rotation by renaming, lines go to a new file, and none to the old one", async () => {
  const { path } = await inFolder();
  await using file = await openRecordFile(path);
  await file.append(record("1"));
  await rename(path, `${path}.1`);
  await file.append(record("2"));

  expect(bodies(await readFile(`${path}.1`, "utf8"))).toEqual(["1"]);
  expect(bodies(await readFile(path, "utf8"))).toEqual(["2"]);
});

test.each(["moved away", "removed"])(
  "after its folder was %s with the lock, lines go to a file in a new folder",
  async (how) => {
    const { path, folder } = await inFolder();
    const within = join(folder.path, "day");
    await mkdir(within);
    const inDay = join(within, "statuses.ndjson");
    await using file = await openRecordFile(inDay);
    await file.append(record("1"));
    await (how === "removed" ? rm(within, { recursive: true }) : rename(within, `${path}.1`));
    await expect(file.append(record("2"))).rejects.toMatchObject({ code: "OutputFailed" });
    await mkdir(within);
    await file.append(record("3"));

    expect(bodies(await readFile(inDay, "utf8"))).toEqual(["3"]);
  },
);

test("lines of any length are written as they are, also after longer ones", async () => {
  const { path } = await inFolder();
  await using file = await openRecordFile(path);
  const texts = ["ä€🙂", "x".repeat(1024 ** 2 + 1), "", "é".repeat(400_000), "short"];
  for (const text of texts) await file.append(record(text), record(`${text}.`));

  expect(bodies(await readFile(path, "utf8")).join("|") === texts.flatMap((text) => [text, `${text}.`]).join("|")).toBe(
    true,
  );
});

test("a file that is opened again after a rotation is there at once, and is empty", async () => {
  const { path } = await inFolder();
  await using file = await openRecordFile(path);
  await file.append(record("1"));
  await file.reopen();
  await rename(path, `${path}.1`);
  await file.reopen();

  expect(await readFile(path, "utf8")).toBe("");
  expect(bodies(await readFile(`${path}.1`, "utf8"))).toEqual(["1"]);
});

test("the folder of a new file is synced before any line is safe, also after a rotation", async () => {
  const { path, folder } = await inFolder();
  const synced: string[] = [];
  const recording: typeof open = async (name, ...options) => {
    const handle = await open(name, ...options);
    const sync = handle.sync.bind(handle);
    return Object.assign(handle, { sync: () => sync().then(() => void synced.push(String(name))) });
  };
  await using file = await openRecordFile(path, recording);
  const before = [...synced];
  await file.append(record("1"));
  await rename(path, `${path}.1`);
  await file.append(record("2"));

  expect(before).toEqual([folder.path]);
  expect(synced).toEqual([folder.path, folder.path]);
  expect(bodies(await readFile(path, "utf8"))).toEqual(["2"]);
});

test("after a rotation by truncation, lines continue at the start of the file", async () => {
  const { path } = await inFolder();
  await using file = await openRecordFile(path);
  await file.append(record("1"));
  await truncate(path);
  await file.append(record("2"));

  expect(bodies(await readFile(path, "utf8"))).toEqual(["2"]);
});

test("a file that is removed during the write is written again", async () => {
  const { path } = await inFolder();
  let removals = 2;
  await using file = await openRecordFile(path, async (...args) => {
    const handle = await open(...args);
    const sync = handle.datasync.bind(handle);
    return Object.assign(handle, {
      datasync: async () => {
        removals -= 1;
        if (removals >= 0) await rm(path);
        return sync();
      },
    });
  });
  await file.append(record("1"));

  expect(bodies(await readFile(path, "utf8"))).toEqual(["1"]);
});

test("a lock waits for another process, and is free when that process is killed", async () => {
  const { folder } = await inFolder();
  const path = join(folder.path, "lock");
  const module = new URL("../../../../src/lib/config/files/file-lock.ts", import.meta.url).href;
  const script = `const { openFileLock } = await import(${JSON.stringify(module)});
    const lock = await openFileLock(${JSON.stringify(path)});
    await lock.hold(() => { console.log("held"); return new Promise(() => setInterval(() => {}, 1e6)); });`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void holder.kill("SIGKILL"));
  await once(holder.stdout, "data");

  using impatient = await openFileLock(path, 50);
  await expect(impatient.hold(async () => "mine")).rejects.toMatchObject({ errcode: 5 });

  holder.kill("SIGKILL");
  using patient = await openFileLock(path);
  await expect(patient.hold(async () => "mine")).resolves.toBe("mine");
});

test("a lock whose file is removed at the end is held by one at a time, and leaves nothing behind", async () => {
  const { folder } = await inFolder();
  const path = join(folder.path, "lock");
  let [inside, most, done] = [0, 0, 0];
  const work = async () => {
    const lock = await takeFileLock(path, 20_000);
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    done += 1;
    await lock.release();
  };

  await Promise.all(Array.from({ length: 24 }, () => work()));

  expect({ most, done }).toEqual({ most: 1, done: 24 });
  expect(await readdir(folder.path)).toEqual([]);
});

test("links are followed to a file; one that leads nowhere, or to itself, is refused in words", async () => {
  const { folder, path } = await inFolder();
  const [link, loop, dangling] = ["link", "loop", "dangling"].map((name) => join(folder.path, name));
  await writeFile(path, "");
  await Promise.all([
    symlink(path, link ?? ""),
    symlink(loop ?? "", loop ?? ""),
    symlink(join(folder.path, "no", "file"), dangling ?? ""),
  ]);

  {
    await using file = await openRecordFile(link ?? "");
    await file.append(record("one"));
  }
  expect(bodies(await readFile(path, "utf8"))).toEqual(["one"]);
  await expect(openRecordFile(loop ?? "")).rejects.toThrow("it is a link that leads to itself (ELOOP)");
  await expect(openRecordFile(dangling ?? "")).rejects.toThrow("there is no such file or folder (ENOENT)");
});
