import { fakeContext } from "./context.ts";

/** The named customers have consented and granted. Each has the statuses `1`, `2`, `3`. */
export async function withStatuses(...names: readonly string[]) {
  const fake = fakeContext();
  const { clientId } = (await fake.context.config.read()).provider;
  for (const name of names) {
    const customer = fake.customer(name);
    await (await fake.context.azure.directory(customer)).provisionServicePrincipal(clientId);
    const { objectId: principalId } = await fake.context.azure.signIn(customer);
    const scope = `/subscriptions/${customer.subscriptionId}`;
    await (await fake.context.azure.roleAssignments(customer)).assign({
      role: "owner",
      scope,
      principalId,
      name: principalId,
    });
    for (const id of ["1", "2", "3"])
      fake.memory.put(customer, "statuses", { messageId: `${name}-${id}`, body: Buffer.from(id) });
  }
  return fake;
}

/** The message that an event is about. */
export const idOf = (event: object): string | undefined =>
  "messageId" in event && typeof event.messageId === "string" ? event.messageId : undefined;
