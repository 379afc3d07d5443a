import type { Customer } from "../../domain/customer.ts";
import type { JsonValue } from "../../domain/json-value.ts";
import type { Incoming } from "../../domain/message.ts";

/** Where messages go instead of standard output. A message is completed only after its sink has accepted it. */
export interface Sink extends AsyncDisposable {
  readonly name: "file" | "exec" | "forward" | "url";
  /** How many messages of a queue it accepts at a time. */
  readonly atOnce: number;
  /** It may refuse a message, which is then abandoned. */
  readonly refuses: boolean;
  /** Checks that the sink works, before a customer is read again after a failure. */
  probe(): Promise<void>;
  /** Resolves when the message is safe there, or was refused. */
  deliver(customer: Customer, message: Incoming): Promise<SinkResult>;
  /** The same for several messages: either all are accepted, or none. Absent where it costs no less than one by one. */
  deliverAll?(customer: Customer, messages: readonly Incoming[]): Promise<SinkResult>;
}

export type SinkResult = {
  readonly outcome: "accepted" | "refused";
  /** Details for the record. */
  readonly details?: { readonly [name: string]: JsonValue | undefined };
};

/** Failures of a sink that a repetition does not fix. They end the command for all customers. */
export const endsEverything = (code: string): boolean => /^(?:OutputFailed|OutputUnusable|ExecFailed)$/.test(code);
