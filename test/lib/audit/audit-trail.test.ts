import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { localActor } from "../../../src/lib/audit/actor.ts";
import { type AuditEntry, beginAudit, readAudit } from "../../../src/lib/audit/audit-trail.ts";

const by = { user: "operator", host: "runner-7", clientId: "11111111-0000-4000-8000-111111111111" };
let file: string;

beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), "xtenant-audit-")), "audit.ndjson");
});

const entries = async (): Promise<AuditEntry[]> => Array.fromAsync(readAudit(file));

test("the beginning is on the disk before the command does anything, and results and end follow", async () => {
  const run = await beginAudit(file, { command: "send", by, config: "/etc/xtenant.json" });
  expect(await entries()).toMatchObject([{ audit: "begin", command: "send", by, config: "/etc/xtenant.json" }]);

  run.results([{ type: "sent", customer: "acme", messageId: "m-1", messages: 1 }]);
  run.results([
    { type: "failed", customer: "fabrikam", error: { code: "UnauthorizedAccess", message: "secret words" } },
  ]);
  await run.end({ outcome: "failed", code: "ResultsFailed" });

  const [begin, ...others] = await entries();
  expect(others).toMatchObject([
    { audit: "result", type: "sent", customer: "acme", messageId: "m-1", messages: 1 },
    { audit: "result", type: "failed", customer: "fabrikam", code: "UnauthorizedAccess" },
    { audit: "end", outcome: "failed", code: "ResultsFailed", results: 2 },
  ]);
  expect(new Set(others.map(({ run: id }) => id))).toEqual(new Set([begin?.run]));
});

test("bodies, properties and words of services are left out, and long values are cut", async () => {
  const run = await beginAudit(file, { command: "poll", by, config: "c" });
  run.results([
    {
      ...{ type: "message", customer: "acme", correlationId: "x".repeat(10_000) },
      ...{ body: "a secret", properties: { token: "a secret" }, error: { code: "C", detail: "a secret" } },
    },
  ]);
  await run.end({ outcome: "succeeded" });

  const text = await readFile(file, "utf8");
  expect(text).not.toContain("a secret");
  expect(text.length).toBeLessThan(2_000);
});

test("runs append to one file, which only its owner can read", async () => {
  const runs = await Promise.all(["send", "grant"].map((command) => beginAudit(file, { command, by, config: "c" })));
  await Promise.all(runs.map((run) => run.end({ outcome: "succeeded" })));

  expect((await entries()).map(({ audit, command }) => `${audit} ${command}`).sort()).toEqual([
    ...["begin grant", "begin send", "end grant", "end send"],
  ]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("without a file that can be written, nothing begins", async () => {
  await writeFile(file, "notes of somebody");

  await expect(beginAudit(file, { command: "send", by, config: "c" })).rejects.toMatchObject({
    code: "OutputUnusable",
  });
});

test("a line that a crash has cut off is left out, and a missing file is empty", async () => {
  expect(await entries()).toEqual([]);
  const run = await beginAudit(file, { command: "send", by, config: "c" });
  await run.end({ outcome: "succeeded" });
  await writeFile(file, '{"audit":"result","ru', { flag: "a" });

  expect((await entries()).map(({ audit }) => audit)).toEqual(["begin", "end"]);
});

test.each([
  [
    { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "contoso/ops", GITHUB_RUN_ID: "7" },
    "https://github.com/contoso/ops/actions/runs/7",
  ],
  [
    { SYSTEM_COLLECTIONURI: "https://dev.azure.com/contoso/", SYSTEM_TEAMPROJECT: "ops", BUILD_BUILDID: "7" },
    "https://dev.azure.com/contoso/ops/_build/results?buildId=7",
  ],
  [{ CI_JOB_URL: "https://gitlab.example/contoso/ops/-/jobs/7" }, "https://gitlab.example/contoso/ops/-/jobs/7"],
  [{}, undefined],
])("the job of %j is %s", (env, job) => {
  expect(localActor(env).job).toBe(job);
  expect(localActor(env).user).not.toBe("");
});
