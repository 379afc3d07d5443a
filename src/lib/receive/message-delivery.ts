import type { StreamOutput } from "../concurrency/produce-stream.ts";
import type { Customer } from "../domain/customer.ts";
import type { LockedMessage } from "../ports/azure-services.ts";
import type { DuplicateFilter } from "./duplicate-filter.ts";
import type { HeldBack } from "./held-back.ts";
import type { MessageContract } from "./message-contract.ts";
import type { ReceiveBatch } from "./receive-batch.ts";
import type { Settler } from "./settler.ts";

/** Where one customer's locked messages go: to the consumer as records, or into a sink. Disposing of it settles the remaining ones. */
export type MessageDelivery = AsyncDisposable & {
  /** Resolves when more messages may be locked. */
  ready(): Promise<void>;
  /** Takes charge of the messages: it settles them, also when it fails. */
  take(messages: readonly LockedMessage[]): Promise<void>;
  /** Resolves when the messages that were received so far are settled. */
  finish(): Promise<void>;
  /** Whether messages may have to be abandoned, so that their delivery counts must be guarded. */
  mayAbandon(): boolean;
};

/** What both kinds of delivery need. */
export type DeliveryContext = {
  readonly customer: Customer;
  /** The queue is read until the signal aborts, and not until it is empty. */
  readonly watch: boolean;
  readonly output: StreamOutput<ReceiveBatch>;
  readonly settler: Settler;
  readonly heldBack: HeldBack;
  readonly duplicateFilter?: DuplicateFilter;
  readonly contract?: MessageContract;
  readonly signal: AbortSignal;
};
