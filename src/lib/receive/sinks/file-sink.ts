import type { Customer } from "../../domain/customer.ts";
import type { Incoming } from "../../domain/message.ts";
import type { Duplicates } from "../duplicate-filter.ts";
import type { Contract } from "../message-contract.ts";
import { message as recordOf } from "../receive-record.ts";
import { openOutputFile } from "./record-file.ts";
import type { Sink, Taken } from "./sink.ts";

export type Memory = { readonly duplicates?: Duplicates | undefined; readonly contract: Contract };

/** A file of records, a line for each message, each on the disk before its message is completed. */
export async function outputSink(path: string, { duplicates, contract }: Memory): Promise<Sink> {
  const file = await openOutputFile(path);
  if (duplicates) for (const line of file.before) rememberLine(duplicates, line);
  const takeAll = async (customer: Customer, messages: readonly Incoming[]): Promise<Taken> => {
    await file.append(...messages.map((message) => JSON.stringify(recordOf(customer, message, contract))));
    return { outcome: "taken", details: { file: path } };
  };
  return {
    name: "output",
    atOnce: 50,
    refuses: false,
    probe: async () => {},
    take: (customer, message) => takeAll(customer, [message]),
    takeAll,
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

/** What an earlier run wrote and could not complete any more comes again; it is not to be written again. */
function rememberLine(duplicates: Duplicates, line: string): void {
  try {
    const { customer, messageId, sequenceNumber } = JSON.parse(line);
    duplicates.remember(String(customer), {
      messageId: typeof messageId === "string" ? messageId : undefined,
      sequenceNumber: BigInt(sequenceNumber),
    });
  } catch {
    // A line that somebody else wrote.
  }
}
