import type { Customer } from "../../domain/customer.ts";
import type { Incoming } from "../../domain/message.ts";
import type { JsonValue } from "../../domain/message-record.ts";

/** Where messages go instead of standard output. A message is completed only after its sink has taken it. */
export interface Sink extends AsyncDisposable {
  readonly name: "output" | "exec" | "forward";
  /** How many messages of a queue it takes at a time. */
  readonly atOnce: number;
  /** It may refuse a message, which is then given back. */
  readonly refuses: boolean;
  /** Whether it works; asked before a Customer is read again after a failure. */
  probe(): Promise<void>;
  /** Resolves when the message is safe there, or was refused. */
  deliver(customer: Customer, message: Incoming): Promise<SinkResult>;
  /** The same for several, all of which are taken then; where that costs less than each by itself. */
  deliverAll?(customer: Customer, messages: readonly Incoming[]): Promise<SinkResult>;
}

export type SinkResult = {
  readonly outcome: "accepted" | "refused";
  /** What the record says of it. */
  readonly details?: { readonly [name: string]: JsonValue | undefined };
};

/** Failures of a sink that no repetition mends: the command ends with them, whatever the Customers do. */
export const endsEverything = (code: string): boolean => code === "OutputFailed" || code === "ExecFailed";
