import { expect, test } from "vitest";
import { respond } from "../../src/commands/respond.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { parseHealthAddress } from "../../src/lib/health/health-address.ts";
import { pollPrinted } from "../fakes/poll-printed.ts";
import { withStatuses } from "../fakes/statuses.ts";

const health = parseHealthAddress("0");

/** Calls the endpoint that was printed on stderr. */
const asking = (said: readonly string[]) => async (path: string) => {
  const address = said.map((line) => /^health: (http:.*)\/status$/.exec(line)?.[1]).find(Boolean);
  const answer = await fetch(`${address}${path}`);
  return { status: answer.status, body: await answer.text() };
};

test("a tail reports the state of its customers: live, failing with the cause, live again; the endpoint closes when the tail ends", async () => {
  const { context, said, stop, memory, customer } = await withStatuses("acme");
  const ask = asking(said);
  const tail = pollPrinted(context, [parseCustomerName("acme"), parseCustomerName("fabrikam")], {
    idle: 0,
    watch: true,
    health,
  });
  const until = async (type: string) => {
    for (;;) {
      const { value } = await tail.next();
      if (value && "type" in value && value.type === type) return;
    }
  };
  const standing = async (name: string) => {
    const { each } = JSON.parse((await ask("/status")).body);
    return each.find(({ customer: one }: { readonly customer: string }) => one === name);
  };

  await until("failed");
  expect(await standing("fabrikam")).toMatchObject({ state: "failing", error: { code: "AADSTS700016" } });
  await expect.poll(async () => (await ask("/readyz")).status).toBe(200);
  expect(await standing("acme")).toMatchObject({ state: "live" });
  await (await memory.cloud.directory(customer("fabrikam"))).provisionServicePrincipal(memory.apps.clientId);
  const { objectId: principalId } = await memory.cloud.signIn(customer("fabrikam"));
  const scope = `/subscriptions/${customer("fabrikam").subscriptionId}`;
  await (await memory.cloud.roleAssignments(customer("fabrikam"))).assign({
    role: "owner",
    scope,
    principalId,
    name: principalId,
  });
  await until("recovered");
  expect(await standing("fabrikam")).toMatchObject({ state: "live" });
  stop.abort();
  await Array.fromAsync(tail);

  await expect(ask("/livez")).rejects.toThrow("fetch failed");
});

test("a responder answers probes for its one customer", async () => {
  const { context, said, stop } = await withStatuses("acme");
  const answering = Array.fromAsync(respond(context, parseCustomerName("acme"), { idle: 0, health }));

  await expect.poll(() => said.length).toBe(1);
  await expect.poll(async () => (await asking(said)("/readyz")).status).toBe(200);
  stop.abort();
  expect(await answering).toEqual([]);
});

test("a command that ends without a signal refuses a health endpoint", async () => {
  const { context } = await withStatuses("acme");

  await expect(pollPrinted(context, [], { idle: 0, health }).next()).rejects.toMatchObject({ kind: "usage" });
  const once = respond(context, parseCustomerName("acme"), { idle: 0, once: true, health });
  await expect(once.next()).rejects.toMatchObject({ kind: "usage" });
});
