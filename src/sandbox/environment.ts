import type { SigningKeys } from "./entra/keys.ts";
import type { Model, Queue, QueueCounts } from "./model.ts";

/** What every endpoint of the stand-in is a view on. */
export type Environment = {
  readonly model: Model;
  readonly keys: SigningKeys;
  /** `https://localhost:PORT`, without a slash at the end. */
  readonly baseUrl: string;
  /** Milliseconds until a new role assignment takes effect. */
  readonly roleDelay: number;
  readonly now: () => Date;
  /** What a queue holds now; only the broker knows. */
  readonly counts: (queue: Queue) => QueueCounts;
  /** Tells the broker that queues were removed or have other settings, so that links to them end. */
  readonly queuesChanged: () => void;
};
