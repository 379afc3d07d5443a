import type { Duplicates } from "../messaging/duplicates.ts";
import { provenance } from "../tenancy/customer.ts";
import { messageRecord } from "../tenancy/message-record.ts";
import { openOutputFile } from "./output-file.ts";
import type { Sink } from "./sink.ts";

/** A file of records, a line for each message, each on the disk before its message is completed. */
export async function outputSink(path: string, duplicates: Duplicates | undefined): Promise<Sink> {
  const file = await openOutputFile(path);
  if (duplicates) for (const line of file.before) rememberLine(duplicates, line);
  return {
    name: "output",
    atOnce: 50,
    refuses: false,
    probe: async () => {},
    take: async (customer, message) => {
      const record = { type: "message", ...provenance(customer, "status"), ...messageRecord(message) };
      await file.append(JSON.stringify(record));
      return { outcome: "taken", details: { file: path } };
    },
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
