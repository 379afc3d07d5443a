import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { grant } from "../../src/commands/grant.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { list } from "../../src/commands/rollout/list.ts";
import { resume } from "../../src/commands/rollout/resume.ts";
import { retry } from "../../src/commands/rollout/retry.ts";
import { show } from "../../src/commands/rollout/show.ts";
import { rollOut } from "../../src/commands/rollout.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import { openRolloutJournal } from "../../src/lib/rollout/rollout-file.ts";
import { fakeContext } from "../fakes/context.ts";
import { openFolder } from "../fakes/folder.ts";

type Answers = Readonly<Record<string, "succeeded" | "failed" | undefined>>;
const wellOff: Answers = { acme: "succeeded", fabrikam: "succeeded", tailspin: "succeeded" };

/** Three customers that have granted, whose workers answer as the test says. */
async function provider() {
  const fake = fakeContext();
  const folder = await openFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  for (const name of ["acme", "fabrikam", "tailspin"].map(parseCustomerName)) {
    await Array.fromAsync(onboard(fake.context, name, { provision: true, timeout: 5_000 }));
    await Array.fromAsync(grant(fake.context, name, {}));
  }
  const terminal = { ...fake.terminal, env: { XDG_STATE_HOME: folder.path } };
  const context = { ...fake.context, terminal };
  const bodies = (name: string) =>
    fake.memory.messages(fake.customer(name), "commands").map(({ body }) => String(body));
  const ids = (name: string) => fake.memory.messages(fake.customer(name), "commands").map(({ messageId }) => messageId);
  /** The records, and the failure at the end. A worker answers when its command is sent. */
  const records = async (stream: ReturnType<typeof rollOut>, answers: Answers = {}) => {
    const seen: Awaited<ReturnType<typeof stream.next>>["value"][] = [];
    const answer = (name: string, correlationId: string) => {
      const outcome = answers[name];
      if (outcome === undefined) return;
      const body = Buffer.from(outcome === "failed" ? '{"detail":"disk full"}' : "done");
      fake.memory.put(fake.customer(name), "statuses", {
        messageId: "s",
        body,
        correlationId,
        properties: { outcome },
      });
    };
    const failure = await (async () => {
      for await (const record of stream) {
        seen.push(record);
        if (record.type === "sent" && record.messageId) answer(record.customer, record.messageId);
      }
    })().catch((error: unknown) => error);
    return { seen, failure, last: seen.findLast(({ type }) => type === "rollout") as never, said: seen.map(line) };
  };
  const file = (id: string) => join(folder.path, "xtenant/rollouts", `${id}.ndjson`);
  const linesOf = async (id: string) =>
    (await readFile(file(id), "utf8"))
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
  return { ...fake, context, folder, bodies, ids, records, file, linesOf };
}

const line = (record: { readonly type: string; readonly customer?: string; readonly state?: string }) =>
  [record.type, record.customer, record.state].filter(Boolean).join(" ");

const idOf = ({ seen }: { readonly seen: readonly object[] }) => (seen[0] as { readonly id: string }).id;
const steps = (lines: readonly Record<string, unknown>[]) =>
  lines.map(({ rollout, customer, state }) => [rollout, customer, state].filter(Boolean).join(" "));

test("the first customers answer before the others are sent to, and each step is in the result file", async () => {
  const { context, records, bodies, ids, file, linesOf } = await provider();

  const run = await records(rollOut(context, ["hi {{customer}}"], { all: true, first: 1, template: true }), wellOff);

  expect(run.failure).toBeUndefined();
  expect(run.said.slice(0, 3)).toEqual(["rollout running", "sent acme", "status acme"]);
  expect(run.last).toMatchObject({ state: "done", customers: 3, answered: 3, pending: 0 });
  expect([bodies("acme"), bodies("tailspin")]).toEqual([["hi acme"], ["hi tailspin"]]);
  expect([...ids("acme"), ...ids("fabrikam"), ...ids("tailspin")]).toEqual([idOf(run), idOf(run), idOf(run)]);
  expect((await stat(file(idOf(run)))).mode & 0o777).toBe(0o600);
  const written = steps(await linesOf(idOf(run)));
  expect(written.slice(0, 8)).toEqual([
    ...["begin", "message acme", "message fabrikam", "message tailspin", "run"],
    ...["sending acme", "sent acme", "answered acme"],
  ]);
  expect(written.at(-1)).toBe("end done");
});

test("a failure in the first stage stops: nobody else is sent to, until the rollout is resumed", async () => {
  const { context, records, bodies, said } = await provider();
  const answers: Answers = { ...wellOff, acme: "failed" };

  const stopped = await records(rollOut(context, ["restart"], { all: true, first: 1 }), answers);

  expect(stopped.failure).toMatchObject({ code: "RolloutStopped", kind: "partial" });
  expect(stopped.said).toEqual([
    "rollout running",
    "sent acme",
    "status acme",
    "failed acme failed",
    "rollout stopped",
  ]);
  expect(stopped.seen[3]).toMatchObject({ error: { message: "the customer reports a failure: disk full" } });
  expect([bodies("acme"), bodies("fabrikam")]).toEqual([["restart"], []]);

  const resumed = await records(resume(context, idOf(stopped), {}), answers);

  expect(resumed.failure).toMatchObject({ kind: "partial", message: "1 of 3 customers failed" });
  expect(resumed.last).toMatchObject({ state: "done", answered: 2, failed: 1 });
  expect(said.join("\n")).toContain("failed before, and not sent to again: acme;");
  const error = { message: "the customer reports a failure: disk full" };
  expect(resumed.seen.at(-2)).toMatchObject({
    type: "failed",
    customer: "acme",
    state: "failed",
    earlier: true,
    error,
  });
  expect(resumed.said.filter((text) => text.startsWith("failed"))).toHaveLength(1);
  expect([bodies("acme"), bodies("fabrikam"), bodies("tailspin")]).toEqual([["restart"], ["restart"], ["restart"]]);
});

test("the next step names a result file outside the state folder by its path", async () => {
  const { context, records, folder } = await provider();
  const results = join(folder.path, "my results.ndjson");

  const run = await records(rollOut(context, ["restart"], { all: true, timeout: 50, results }), {});
  const standard = await records(rollOut(context, ["restart"], { all: true, timeout: 50 }), {});

  expect(run.failure).toMatchObject({ remedy: "RolloutFailed", params: { name: `'${results}'` } });
  expect(standard.failure).toMatchObject({ remedy: "RolloutFailed", params: { name: idOf(standard) } });
  await expect(Array.fromAsync(show(context, results))).resolves.toHaveLength(4);
});

test("--stop-on-failure ends a paced rollout at once, and the exit code is partial", async () => {
  const { context, records, bodies } = await provider();
  const begun = performance.now();

  const options = { all: true, stopOnFailure: true, rate: 0.01 } as const;
  const run = await records(rollOut(context, ["restart"], options), { acme: "failed" });

  expect(run.failure).toMatchObject({ code: "RolloutStopped", exitCode: 3 });
  expect(performance.now() - begun).toBeLessThan(5_000);
  expect([bodies("acme"), bodies("fabrikam"), bodies("tailspin")]).toEqual([["restart"], [], []]);
});

test("--rate keeps the distance between commands, also when all connections open late", async () => {
  const { context, records, linesOf } = await provider();
  const opened = Promise.withResolvers<void>();
  let waiting = 0;
  const azure = {
    ...context.azure,
    connectAsProvider: async (...[customer]: Parameters<typeof context.azure.connectAsProvider>) => {
      waiting += 1;
      if (waiting === 3) opened.resolve();
      await opened.promise;
      return context.azure.connectAsProvider(customer);
    },
  };

  const run = await records(rollOut({ ...context, azure }, ["x"], { all: true, rate: 2 }), wellOff);

  const lines = await linesOf(idOf(run));
  const times = lines.filter(({ rollout }) => rollout === "sending").map(({ at }) => Date.parse(at));
  expect(times).toHaveLength(3);
  // Two distances of 500 ms. A busy machine may be a little late with the first.
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(950);
});

test("retry sends the same message with a new id to those that failed, and says when it was repeated before", async () => {
  const { context, records, bodies, ids, said } = await provider();
  const run = await records(rollOut(context, ["restart"], { all: true, property: [["n", 1]] }), {
    ...wellOff,
    fabrikam: "failed",
  });
  expect(run.failure).toMatchObject({ kind: "partial" });

  await expect(Array.fromAsync(retry(context, idOf(run), {}))).rejects.toMatchObject({ code: "UsageMissingOption" });
  const again = await records(retry(context, idOf(run), { failed: true }), wellOff);

  expect(again.failure).toBeUndefined();
  expect(bodies("fabrikam")).toEqual(["restart", "restart"]);
  expect(ids("fabrikam")).toEqual([idOf(run), idOf(again)]);
  expect([bodies("acme"), bodies("tailspin")]).toEqual([["restart"], ["restart"]]);
  expect(again.last).toMatchObject({ retryOf: idOf(run), customers: 1, answered: 1 });
  await expect(Array.fromAsync(retry(context, idOf(run), { unanswered: true }))).rejects.toMatchObject({
    code: "RolloutNothingLeft",
  });
  await Array.fromAsync(retry(context, idOf(run), { failed: true, dryRun: true }));
  expect(said.join("\n")).toMatch(`got the command again before: xtenant rollout show ${idOf(again)}`);
});

test("the command is in the file before it leaves: after a kill it is not sent twice without being asked for", async () => {
  const { context, records, ids, file, linesOf, said } = await provider();
  const done = await records(rollOut(context, ["restart"], { all: true, first: 1 }), wellOff);
  const id = idOf(done);
  // As a kill after the second line of fabrikam's would leave it: it was sent, and nothing says so.
  const lines = await linesOf(id);
  const cut = lines.findIndex(({ rollout, customer }) => rollout === "sending" && customer === "fabrikam") + 1;
  const kept = lines.slice(0, cut).filter(({ customer }) => customer !== "tailspin");
  await writeFile(file(id), `${kept.map((one) => JSON.stringify(one)).join("\n")}\n{"rollout":"se`);
  expect((await Array.fromAsync(list(context)))[0]).toMatchObject({ state: "killed", unknown: 1, pending: 1 });

  const resumed = await records(resume(context, id, {}), wellOff);

  expect(said.join("\n")).toMatch("it is unknown whether the command was sent to fabrikam");
  expect(resumed.said).not.toContain("sent fabrikam");
  expect(ids("fabrikam")).toEqual([id]);
  // Its status was there: the command had arrived.
  expect(resumed.last).toMatchObject({ state: "done", answered: 3 });
  expect(resumed.failure).toBeUndefined();
});

test("--resend-unknown sends again with the same id; without a status it stays unknown", async () => {
  const { context, records, ids, file, linesOf } = await provider();
  const id = idOf(await records(rollOut(context, ["restart"], { all: true }), wellOff));
  const [begin, run] = await linesOf(id);
  const plan = { timeout: 30 };
  const killed = [
    { ...begin, plan, customers: [begin.customers[0]] },
    run,
    { rollout: "sending", customer: "acme", at: "" },
  ];
  await writeFile(file(id), `${killed.map((one) => JSON.stringify(one)).join("\n")}\n`);
  const waited = await records(resume(context, id, {}));
  expect(waited.last).toMatchObject({ answered: 1 });

  await writeFile(
    file(id),
    `${killed.map((one) => JSON.stringify(one).replaceAll(id, "aaaa-bbbb-cccc")).join("\n")}\n`,
  );
  const unknown = await records(resume(context, id, {}));
  expect(unknown.failure).toMatchObject({ code: "NoStatus" });
  expect(unknown.last).toMatchObject({ unknown: 1 });

  const resent = await records(resume(context, id, { resendUnknown: true }), wellOff);
  expect(resent.last).toMatchObject({ answered: 1, unknown: 0 });
  expect(ids("acme")).toEqual([id, "aaaa-bbbb-cccc"]);
});

test("each command is on the disk as sending when it is sent", async () => {
  const { context, records, folder } = await provider();
  const seen: string[] = [];
  const azure = {
    ...context.azure,
    connectAsProvider: async (...[customer]: Parameters<typeof context.azure.connectAsProvider>) => {
      const connection = await context.azure.connectAsProvider(customer);
      return {
        ...connection,
        sender: async (...role: Parameters<typeof connection.sender>) => {
          const sender = await connection.sender(...role);
          return {
            ...sender,
            send: async (message: Parameters<typeof sender.send>[0]) => {
              const text = await readFile(join(folder.path, "r.ndjson"), "utf8");
              seen.push(
                ...text
                  .split("\n")
                  .filter((one) => one.startsWith(`{"rollout":"sending","customer":"${customer.name}"`)),
              );
              await sender.send(message);
            },
          };
        },
      };
    },
  };

  await records(rollOut({ ...context, azure }, ["x"], { all: true, results: join(folder.path, "r.ndjson") }), wellOff);

  expect(seen).toHaveLength(3);
});

test("a customer that refuses is not sent to, a silent one has no status, and both are grouped by show", async () => {
  const { context, records } = await provider();
  const azure = {
    ...context.azure,
    connectAsProvider: (...[customer]: Parameters<typeof context.azure.connectAsProvider>) =>
      customer.name === "tailspin"
        ? Promise.reject(new Failure("UnauthorizedAccess", "no Send claim"))
        : context.azure.connectAsProvider(customer),
  };

  const options = { all: true, timeout: 30 } as const;
  const run = await records(rollOut({ ...context, azure }, ["x"], options), { acme: "succeeded" });

  expect(run.failure).toMatchObject({ kind: "partial", message: "2 of 3 customers failed", remedy: "RolloutFailed" });
  expect(run.last).toMatchObject({ answered: 1, silent: 1, refused: 1 });
  const shown = await Array.fromAsync(show(context, idOf(run).slice(0, 6)));
  expect(
    shown.map((one) => (one.type === "customer" ? [one.customer, one.state, one.error?.code] : one.state)),
  ).toEqual([
    ["acme", "answered", undefined],
    ["fabrikam", "silent", "NoStatus"],
    ["tailspin", "refused", "UnauthorizedAccess"],
    "done",
  ]);
  expect(await Array.fromAsync(list(context))).toMatchObject([{ id: idOf(run), what: '"x"', customers: 3 }]);
});

test("a rollout is continued only with the same queues, and by one process", async () => {
  const { context, records, file, bodies } = await provider();
  const stopped = await records(rollOut(context, ["x"], { all: true, first: 1 }), { acme: "failed" });
  const id = idOf(stopped);
  {
    await using _held = await openRolloutJournal(file(id));
    await expect(Array.fromAsync(resume(context, id, {}))).rejects.toMatchObject({ code: "RolloutRunning" });
  }
  const config = await context.config.read();
  const customers = new Map(config.customers);
  const fabrikam = customers.get(parseCustomerName("fabrikam"));
  if (fabrikam) customers.set(fabrikam.name, { ...fabrikam, commandQueue: "elsewhere" });
  const other = { ...context, config: { ...context.config, read: async () => ({ ...config, customers }) } };

  await expect(Array.fromAsync(resume(other, id, {}))).rejects.toMatchObject({
    code: "RolloutChanged",
    message: expect.stringMatching(/1 customer: fabrikam$/),
  });
  await expect(Array.fromAsync(resume(context, "zzzz", {}))).rejects.toMatchObject({ code: "RolloutNotFound" });
  await writeFile(file("broken"), "{}\n");
  await expect(Array.fromAsync(show(context, "broken"))).rejects.toMatchObject({ code: "RolloutInvalid" });
  expect(bodies("fabrikam")).toEqual([]);
});

test("--dry-run shows the stages, and writes and sends nothing; a wrong field of a saved command is refused", async () => {
  const { context, records, bodies } = await provider();

  const planned = await records(rollOut(context, ["x"], { all: true, first: 1, dryRun: true }));

  expect(planned.seen).toMatchObject([
    { type: "would-send", customer: "acme", stage: "first" },
    { type: "would-send", customer: "fabrikam", stage: "others" },
    { type: "would-send", customer: "tailspin", stage: "others" },
  ]);
  expect(await Array.fromAsync(list(context))).toEqual([]);
  await expect(Array.fromAsync(rollOut(context, ["acme"], { command: "restart" }))).rejects.toMatchObject({
    code: "SavedCommandNotFound",
  });
  expect(bodies("acme")).toEqual([]);
});
