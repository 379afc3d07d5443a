import { random as seeded } from "../fakes/random.ts";
import type { HistoryEvent } from "./checker.ts";

/** The defects of a pipeline. The checker must find each one. */
export const defects = [
  "complete before write",
  "ignore an error of the sink",
  "drop held messages on abort",
  "mix customers",
  "flip a byte",
  "write everything twice",
  "invent messages",
  "stop early",
] as const;
export type Defect = (typeof defects)[number];

type Message = { readonly customer: string; readonly id: string; readonly digest: string };

/**
 * A small copy of `poll` with optional defects: lock, write, settle. The sink fails every tenth time. The process is
 * sometimes killed or stopped, and then starts again. The seed decides when.
 */
export function runPipeline(seed: number, defect?: Defect): readonly HistoryEvent[] {
  const random = seeded(seed);
  const history: HistoryEvent[] = [];
  const queue: Message[] = [];
  for (let n = 0; n < 500; n += 1) {
    const message = { customer: n % 2 ? "acme" : "fabrikam", id: `m${n}`, digest: `d${n}` };
    queue.push(message);
    history.push(
      { what: "attempted", ...message },
      { what: "acknowledged", customer: message.customer, id: message.id },
    );
  }
  const settle = ({ customer, id }: Message) => {
    queue.splice(
      queue.findIndex((one) => one.id === id),
      1,
    );
    history.push({ what: "settled", customer, id });
  };
  /** False when the sink refused the message, like a full disk. */
  const write = (message: Message): boolean => {
    if (random() < 0.1) return false;
    history.push({ what: "written", ...spoilt(message, defect) });
    if (defect === "write everything twice") history.push({ what: "written", ...message });
    if (defect === "invent messages" && random() < 0.02)
      history.push({ what: "written", ...message, id: `${message.id}-made-up` });
    return true;
  };
  const run = () => {
    for (const message of queue.slice(0, 32)) {
      if (random() < 0.02) return; // killed before the write
      if (random() < 0.02) {
        if (defect === "drop held messages on abort") settle(message);
        return; // asked to stop
      }
      if (defect === "complete before write") settle(message);
      const taken = write(message);
      if (random() < 0.02) return; // killed between write and settlement
      if (defect === "complete before write") continue;
      if (taken || defect === "ignore an error of the sink") settle(message);
    }
  };
  for (let runs = 0; queue.length > 0 && runs < 1_000; runs += 1) {
    if (defect === "stop early" && runs > 2) break;
    run();
  }
  return history;
}

function spoilt(message: Message, defect: Defect | undefined): Message {
  if (defect === "mix customers") return { ...message, customer: "fabrikam" };
  if (defect === "flip a byte") return { ...message, digest: `${message.digest}!` };
  return message;
}
