import type { SigningKeys } from "./entra/keys.ts";
import type { Faults } from "./faults/faults.ts";
import type { Model, Queue } from "./model.ts";
import type { QueueCounts } from "./queue-counts.ts";
import type { BusFaults } from "./service-bus/faults/bus-faults.ts";

/** The state that every endpoint of the sandbox reads and changes. */
export type Environment = {
  readonly model: Model;
  readonly keys: SigningKeys;
  /** `https://localhost:PORT`, without a slash at the end. */
  readonly baseUrl: string;
  /** What goes wrong on purpose. */
  readonly faults: Faults;
  /** What goes wrong on purpose in AMQP. */
  readonly bus: BusFaults;
  readonly now: () => Date;
  /** What a queue holds now; only the broker knows. */
  readonly counts: (queue: Queue) => QueueCounts;
  /** Makes the broker check its links after a change of queues, roles or principals, and end those that lost access. */
  readonly recheckLinks: () => void;
};
