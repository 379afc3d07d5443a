import type { Customer } from "../../src/lib/domain/customer.ts";
import type { Cloud } from "../../src/lib/ports/azure-services.ts";
import { withStatuses } from "./statuses.ts";

/** The named Customers have consented and granted; statuses 1 and 3 of each died as Poison, status 2 as TooOld. */
export async function withDeadLetters(...names: readonly string[]) {
  const fake = await withStatuses(...names);
  for (const name of names) await buryAll(fake.context.cloud, fake.customer(name));
  return fake;
}

/** Every status that is in the queue becomes a dead letter. */
export async function buryAll(cloud: Cloud, customer: Customer): Promise<void> {
  await using mailbox = await cloud.providerMailbox(customer);
  const inbox = await mailbox.inbox();
  for (const held of await inbox.receive(5_000, 0))
    await held.deadLetter(held.message.messageId?.endsWith("-2") ? "TooOld" : "Poison", "as the test wants it");
}
