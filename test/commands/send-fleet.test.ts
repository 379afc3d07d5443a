import { expect, test } from "vitest";
import { send } from "../../src/commands/send.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import { fakeContext, manyCustomers } from "../fakes/context.ts";

const count = 60;

/** Sixty customers that have granted, and whose workers do not answer. */
async function fleet() {
  const fake = fakeContext(manyCustomers(count));
  const config = await fake.context.config.read();
  for (const customer of config.customers.values()) {
    await (await fake.context.azure.directory(customer)).provisionServicePrincipal(config.provider.clientId);
    const { objectId: principalId } = await fake.context.azure.signIn(customer);
    const scope = `/subscriptions/${customer.subscriptionId}`;
    const access = await fake.context.azure.roleAssignments(customer);
    await access.assign({ role: "owner", scope, principalId, name: principalId });
  }
  return fake;
}

/** The records of a command that fails at the end. */
async function recordsOf<T>(stream: AsyncIterable<T>) {
  const records: T[] = [];
  const failure = await (async () => {
    for await (const record of stream) records.push(record);
  })().catch((error: unknown) => error);
  return { records, failure };
}

test("send --all --wait sends to all customers before the first wait ends, and all have one deadline", async () => {
  const { context } = await fleet();
  const start = performance.now();

  const { records, failure } = await recordsOf(send(context, { all: true }, "restart", { wait: true, timeout: 300 }));
  const milliseconds = performance.now() - start;

  expect(records.map(({ type }) => type)).toEqual([...Array(count).fill("sent"), ...Array(count).fill("failed")]);
  expect(failure).toMatchObject({ code: "NoStatus" });
  expect(milliseconds).toBeLessThan(3_000);
});

test("customers whose namespaces do not answer do not keep the command from the others", async () => {
  const { context } = await fleet();
  const silence = Promise.withResolvers<never>();
  const azure = {
    ...context.azure,
    connectAsProvider: (...[customer]: Parameters<typeof context.azure.connectAsProvider>) =>
      Number(customer.name.split("-")[1]) <= 40 ? silence.promise : context.azure.connectAsProvider(customer),
  };
  const reached: string[] = [];
  for await (const record of send({ ...context, azure }, { all: true }, "restart", {})) {
    reached.push(record.customer);
    if (reached.length < 20) continue;
    silence.reject(new Failure("NoAnswer"));
    break;
  }

  expect(reached.map((name) => Number(name.split("-")[1])).toSorted((a, b) => a - b)[0]).toBe(41);
});
