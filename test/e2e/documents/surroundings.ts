import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox } from "../../../sandbox/src/start.ts";
import { cleanEnv, program } from "../xtenant.ts";
import type { Place } from "./places.ts";
import { openSession, type Way } from "./session.ts";

/** A shell in that place, with the program of this build as `xtenant` on its path. It keeps what is compiled in the folder `cache`. */
export async function openSurroundings(place: Place, cache: string) {
  const scratch = await mkdtemp(join(tmpdir(), "xtenant-documents-"));
  const [cwd, bin] = [join(scratch, "cwd"), join(scratch, "bin")];
  await Promise.all([mkdir(cwd), mkdir(bin)]);
  const executable = (name: string, script: string) =>
    writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await executable("xtenant", `exec '${process.execPath}' '${program}' "$@"`);
  const cloud = place.onSandbox ? cwd : join(scratch, "cloud");
  const sandbox = await startSandbox({ directory: cloud, port: 0, roleDelay: 0, proxy: true, log: () => {} });
  const type = (line: string) => session.run(line, "command");
  const seat = { cwd, cloud, sandbox, executable, type };
  const path = `${bin}:${process.env.PATH}`;
  const env = { ...cleanEnv, HOME: cwd, XDG_CACHE_HOME: cache, PATH: path, ...place.variables?.(seat) };
  const session = openSession(cwd, scratch, env);
  await place.arrive?.(seat);
  const words = Object.entries(place.words?.(seat) ?? {});
  const asMeant = (text: string) => words.reduce((typed, [word, meant]) => typed.replaceAll(word, meant), text);
  return {
    cwd,
    save: (name: string, text: string) => writeFile(join(cwd, name), `${asMeant(text)}\n`),
    async run(text: string, way: Way) {
      const ran = await session.run(asMeant(text), way);
      await place.afterEach?.(seat);
      return ran;
    },
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      await sandbox.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
