import type { Customer } from "../../domain/customer.ts";
import type { Incoming } from "../../domain/message.ts";
import type { DuplicateFilter } from "../duplicate-filter.ts";
import type { MessageContract } from "../message-contract.ts";
import { receivedRecord as recordOf } from "../receive-record.ts";
import type { SinkOptions } from "./open-sink.ts";
import { openRecordFile } from "./record-file.ts";
import type { Sink, SinkResult } from "./sink.ts";

export type DuplicateMemory = {
  readonly duplicateFilter?: DuplicateFilter;
  readonly contract: MessageContract;
};

/** A file of records, a line for each message, each on the disk before its message is completed. */
export async function fileSink(
  path: string,
  { duplicateFilter, contract }: DuplicateMemory,
  onReopen: SinkOptions["onReopen"] = () => () => {},
): Promise<Sink> {
  const remember = duplicateFilter && ((line: string) => rememberLine(duplicateFilter, line));
  const opening = openRecordFile(path, undefined, undefined, remember);
  // From now on: the file may be moved away before all of it is read. What prevents a new one also prevents the next line, which
  // reports it.
  const ignoreReopen = onReopen(() => void opening.then((opened) => opened.reopen()).catch(() => {}));
  const file = await opening.catch((error) => {
    ignoreReopen();
    throw error;
  });
  const deliverAll = async (customer: Customer, messages: readonly Incoming[]): Promise<SinkResult> => {
    await file.append(...messages.map((message) => JSON.stringify(recordOf(customer, message, contract))));
    return { outcome: "accepted", details: { file: path } };
  };
  return {
    name: "file",
    atOnce: 50,
    refuses: false,
    probe: async () => {},
    deliver: (customer, message) => deliverAll(customer, [message]),
    deliverAll,
    [Symbol.asyncDispose]: () => {
      ignoreReopen();
      return file[Symbol.asyncDispose]();
    },
  };
}

/** Messages that an earlier run wrote but could not complete are redelivered. They must not be written again. */
function rememberLine(duplicateFilter: DuplicateFilter, line: string): void {
  try {
    const { customer, messageId, sequenceNumber } = JSON.parse(line);
    duplicateFilter.remember(String(customer), {
      messageId: typeof messageId === "string" ? messageId : undefined,
      sequenceNumber: BigInt(sequenceNumber),
    });
  } catch {
    // A line that somebody else wrote.
  }
}
