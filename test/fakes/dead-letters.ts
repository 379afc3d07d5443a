import type { Customer } from "../../src/lib/domain/customer.ts";
import type { AzureServices } from "../../src/lib/ports/azure-services.ts";
import { withStatuses } from "./statuses.ts";

/**
 * The named customers have consented and granted. Statuses 1 and 3 of each were dead-lettered as Poison, status 2 as
 * TooOld.
 */
export async function withDeadLetters(...names: readonly string[]) {
  const fake = await withStatuses(...names);
  for (const name of names) await deadLetterAll(fake.context.azure, fake.customer(name));
  return fake;
}

/** Dead-letters every status in the queue. */
export async function deadLetterAll(azure: AzureServices, customer: Customer): Promise<void> {
  await using connection = await azure.connectAsProvider(customer);
  const receiver = await connection.receiver();
  for (const held of await receiver.receive(5_000, 0))
    await held.deadLetter(held.message.messageId?.endsWith("-2") ? "TooOld" : "Poison", "as the test wants it");
}
