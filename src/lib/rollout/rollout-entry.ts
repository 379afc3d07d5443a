import type { MessageLine } from "../domain/message-line.ts";
import type { JsonSchema } from "../domain/saved-command.ts";
import type { FailureRecord } from "../errors/failure.ts";

/** Where a customer's command goes. A rollout is continued only with the same queue. */
export type Destination = {
  readonly customer: string;
  readonly tenantId: string;
  readonly namespace: string;
  readonly queue: string;
};

/** How customers are sent to. */
export type RolloutPlan = {
  /** The others are sent to when this many have succeeded. */
  readonly first?: number;
  readonly stopOnFailure?: true;
  /** Customers a second. */
  readonly perSecond?: number;
  /** Milliseconds to wait for the status of each customer. */
  readonly timeout: number;
  /** The field of the status that has the command's id. */
  readonly correlate?: string;
};

/** The first line of a result file. The id is the message id of the command, for all customers. */
export type RolloutBegin = {
  readonly rollout: "begin";
  readonly at: string;
  readonly id: string;
  /** How the command is called in questions and lists: its text, or the name of a saved command. */
  readonly what: string;
  readonly config: string;
  readonly context?: string;
  readonly clientId: string;
  readonly plan: RolloutPlan;
  readonly customers: readonly Destination[];
  /** The rollout whose customers get the command again. */
  readonly retryOf?: string;
  /** The message, where it is the same for all customers; otherwise each has a line of its own. */
  readonly message?: MessageLine;
  /** The saved command's name and the answer that it expects. */
  readonly answer?: { readonly name: string; readonly schema: JsonSchema };
};

type OfCustomer = { readonly customer: string; readonly at: string };

/** A line of a result file. `sending` is on the disk before the command leaves, and the outcome after it. */
export type RolloutEntry =
  | RolloutBegin
  | { readonly rollout: "message"; readonly customer: string; readonly message: MessageLine }
  /** A process works on it from here on. */
  | { readonly rollout: "run"; readonly at: string; readonly user: string; readonly host: string }
  | ({ readonly rollout: "sending" } & OfCustomer)
  | ({ readonly rollout: "sent" } & OfCustomer)
  /** Ctrl-C came before it left. */
  | ({ readonly rollout: "unsent" } & OfCustomer)
  | ({ readonly rollout: "answered" } & OfCustomer)
  /** `unknown`: sent, and not acknowledged. `refused`: certainly not sent. `silent`: no status in time. */
  | ({ readonly rollout: "unknown" | "refused" | "failed" | "silent" } & OfCustomer & { readonly error: FailureRecord })
  | { readonly rollout: "end"; readonly at: string; readonly state: RolloutEnd };

export type RolloutEnd = "done" | "stopped" | "interrupted";

/** Where a customer is: `pending` was not sent to. */
export type CustomerProgress = {
  readonly state: "pending" | "sent" | "unknown" | "refused" | "answered" | "failed" | "silent";
  readonly at?: string;
  readonly error?: FailureRecord;
  /** The run in which this became known; 0 before the first. */
  readonly run: number;
};

/** Whether a run sends to the customer. Where it is unknown whether the command was sent, only on request. */
export const isToSend = (progress: CustomerProgress | undefined, resendUnknown = false): boolean =>
  progress?.state === "pending" || progress?.state === "refused" || (progress?.state === "unknown" && resendUnknown);

export type Rollout = {
  readonly begin: RolloutBegin;
  readonly file: string;
  /** Customers in the order of the rollout. */
  readonly customers: ReadonlyMap<string, CustomerProgress>;
  readonly messages: ReadonlyMap<string, MessageLine>;
  readonly runs: number;
  /** The run that ended last with a stop. What failed until then has been seen by an operator. */
  readonly stoppedRun: number;
  /** Undefined while it runs, and after a kill. */
  readonly ended?: RolloutEnd;
};

/** What the lines of a result file say. */
export function foldRollout(file: string, entries: readonly RolloutEntry[]): Rollout | undefined {
  const [begin, ...rest] = entries;
  if (begin?.rollout !== "begin") return undefined;
  const customers = new Map<string, CustomerProgress>(
    begin.customers.map(({ customer }) => [customer, { state: "pending", run: 0 }]),
  );
  const messages = new Map<string, MessageLine>();
  let [runs, stoppedRun] = [0, 0];
  let ended: RolloutEnd | undefined;
  for (const entry of rest) {
    switch (entry.rollout) {
      case "begin":
        return undefined;
      case "message":
        messages.set(entry.customer, entry.message);
        break;
      case "run":
        runs += 1;
        ended = undefined;
        break;
      case "end":
        ended = entry.state;
        if (ended === "stopped") stoppedRun = runs;
        break;
      default:
        if (customers.has(entry.customer)) customers.set(entry.customer, progressOf(entry, runs));
    }
  }
  return { begin, file, customers, messages, runs, stoppedRun, ...(ended === undefined ? {} : { ended }) };
}

export type CustomerEntry = Exclude<RolloutEntry, { readonly rollout: "begin" | "message" | "run" | "end" }>;

/** `sending` without an outcome: the process was killed, and whether the command left is unknown. */
export function progressOf(entry: CustomerEntry, run: number): CustomerProgress {
  const { at } = entry;
  if (entry.rollout === "sending") return { state: "unknown", at, run };
  if (entry.rollout === "unsent") return { state: "pending", run };
  return { state: entry.rollout, at, run, ...("error" in entry ? { error: entry.error } : {}) };
}
