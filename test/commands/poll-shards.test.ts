import { expect, test } from "vitest";
import { status } from "../../src/commands/status.ts";
import { parseShard } from "../../src/lib/domain/shard.ts";
import { pollPrinted } from "../fakes/poll-printed.ts";
import { withStatuses } from "../fakes/statuses.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

const customersOf = (events: readonly object[]) => [
  ...new Set(events.map((event) => ("customer" in event ? event.customer : ""))),
];

test("two replicas together poll all customers, and each customer once", async () => {
  const { context } = await withStatuses("acme", "fabrikam", "tailspin");
  const polled = async (share: string) =>
    customersOf(await Array.fromAsync(pollPrinted(context, [], { idle: 0, peek: true, shard: parseShard(share) })));

  const shares = await Promise.all([polled("0/2"), polled("1/2")]);

  expect(shares.flat().sort()).toEqual(["acme", "fabrikam", "tailspin"]);
});

test("the environment sets the replica when the command line does not", async () => {
  const { context } = await withStatuses("acme", "fabrikam", "tailspin");
  const replica = (env: Record<string, string>) => ({ ...context, terminal: fakeTerminal({ env }) });
  const polled = async (env: Record<string, string>, options = {}) =>
    customersOf(await Array.fromAsync(pollPrinted(replica(env), [], { idle: 0, peek: true, ...options })));

  expect((await polled({ XTENANT_SHARD: "1/2" })).sort()).toEqual(await polled({}, { shard: parseShard("1/2") }));
  expect(await polled({ XTENANT_SHARD: "1/2" }, { shard: parseShard("0/1") })).toHaveLength(3);
  await expect(polled({ XTENANT_SHARD: "4/4" })).rejects.toMatchObject({ kind: "usage", code: "VariableInvalid" });
});

const nobodys = Array.from({ length: 64 }, (_, index) => parseShard(`${index}/64`));

test("a replica without customers ends a drain at once, and keeps a tail open until it is stopped", async () => {
  const { context, stop } = await withStatuses("acme", "fabrikam", "tailspin");
  const drained = (share: (typeof nobodys)[number]) =>
    Array.fromAsync(pollPrinted(context, [], { idle: 0, peek: true, shard: share }));
  const lengths = await Promise.all(nobodys.map(async (share) => (await drained(share)).length));
  const empty = nobodys[lengths.indexOf(0)];

  const tail = pollPrinted(context, [], { idle: 0, watch: true, heartbeat: 1, shard: empty })[Symbol.asyncIterator]();
  const silent = Array.fromAsync(pollPrinted(context, [], { idle: 0, watch: true, shard: empty }));
  expect((await tail.next()).value).toMatchObject({ type: "heartbeat", customers: 0 });
  expect((await tail.next()).value).toMatchObject({ type: "heartbeat", customers: 0 });
  expect(await Promise.race([silent, "goes on"])).toBe("goes on");
  stop.abort();
  expect(await silent).toEqual([]);
});

test("the board of a replica shows its share", async () => {
  const { context } = await withStatuses("acme", "fabrikam", "tailspin");
  const thresholds = { timeout: 1_000, warnAge: 1e9, warnDeadLetter: 9, warnBefore: 1 };
  const shown = async (share: string) =>
    customersOf(await Array.fromAsync(status(context, { all: true, shard: parseShard(share) }, thresholds))).filter(
      Boolean,
    );

  expect([...(await shown("0/2")), ...(await shown("1/2"))].sort()).toEqual(["acme", "fabrikam", "tailspin"]);
});
