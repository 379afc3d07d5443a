import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";

let caches: string;
let compiled: string;

beforeEach(() => {
  caches = mkdtempSync(join(tmpdir(), "xtenant-caches-"));
  compiled = join(caches, "xtenant", "compiled");
});

/** A command other than help, in its own process, with only these variables in its environment. */
const run = (env: Record<string, string>, ...args: string[]) =>
  execFileSync(process.execPath, [join(import.meta.dirname, "../../bin/xtenant.ts"), ...args], {
    env: { PATH: process.env.PATH, ...env },
    timeout: 20_000,
  });

test("compiled modules are cached in a folder that only the user can write to", () => {
  run({ XDG_CACHE_HOME: caches }, "explain", "AADSTS700016");
  expect(readdirSync(compiled).length).toBe(1);
  expect(statSync(compiled).mode & 0o777).toBe(0o700);
});

test("without XDG_CACHE_HOME the folder is in the home directory", () => {
  run({ HOME: caches }, "explain", "AADSTS700016");
  expect(existsSync(join(caches, ".cache", "xtenant", "compiled"))).toBe(true);
});

test("a folder that others can write to is not used, because they could change the compiled code", () => {
  mkdirSync(compiled, { recursive: true });
  chmodSync(compiled, 0o777);
  run({ XDG_CACHE_HOME: caches }, "explain", "AADSTS700016");
  expect(readdirSync(compiled)).toEqual([]);
});

test("a folder is not used when others can put another one in its place", () => {
  run({ XDG_CACHE_HOME: caches }, "explain", "AADSTS700016");
  const before = readdirSync(compiled);
  rmSync(compiled, { recursive: true });
  chmodSync(caches, 0o777);

  run({ XDG_CACHE_HOME: caches }, "explain", "AADSTS700016");

  expect(before).toHaveLength(1);
  expect(readdirSync(compiled)).toEqual([]);
});

test("without a home there is no folder and no complaint", () => {
  expect(run({}, "explain", "AADSTS700016").length).toBeGreaterThan(0);
});

test("a missing home directory is neither created nor a failure", () => {
  const home = join(caches, "nobody");
  expect(run({ HOME: home }, "explain", "AADSTS700016").length).toBeGreaterThan(0);
  expect(existsSync(home)).toBe(false);
});

test("help caches nothing", () => {
  run({ XDG_CACHE_HOME: caches }, "--help");
  expect(existsSync(compiled)).toBe(false);
});
