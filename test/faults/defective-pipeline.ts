import { random as seeded } from "../fakes/random.ts";
import type { HistoryEvent } from "./checker.ts";

/** What a pipeline can do wrong; each must be caught by the checker. */
export const defects = [
  "complete before write",
  "swallow an error of the sink",
  "drop what is held on abort",
  "mix Customers",
  "flip a byte",
  "write everything twice",
  "make messages up",
  "stop after a few",
] as const;
export type Defect = (typeof defects)[number];

type Message = { readonly customer: string; readonly id: string; readonly digest: string };

/**
 * A copy of what `poll` does, small enough to be broken on purpose: lock, write, settle, with a sink that fails every tenth
 * time and a process that is killed, or asked to stop, now and then, and then begins again. The seed decides when.
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
  /** False when the sink refused, as a full disk does. */
  const write = (message: Message): boolean => {
    if (random() < 0.1) return false;
    history.push({ what: "written", ...spoilt(message, defect) });
    if (defect === "write everything twice") history.push({ what: "written", ...message });
    if (defect === "make messages up" && random() < 0.02)
      history.push({ what: "written", ...message, id: `${message.id}-made-up` });
    return true;
  };
  const run = () => {
    for (const message of queue.slice(0, 32)) {
      if (random() < 0.02) return; // killed before the write
      if (random() < 0.02) {
        if (defect === "drop what is held on abort") settle(message);
        return; // asked to stop
      }
      if (defect === "complete before write") settle(message);
      const taken = write(message);
      if (random() < 0.02) return; // killed between write and settlement
      if (defect === "complete before write") continue;
      if (taken || defect === "swallow an error of the sink") settle(message);
    }
  };
  for (let runs = 0; queue.length > 0 && runs < 1_000; runs += 1) {
    if (defect === "stop after a few" && runs > 2) break;
    run();
  }
  return history;
}

function spoilt(message: Message, defect: Defect | undefined): Message {
  if (defect === "mix Customers") return { ...message, customer: "fabrikam" };
  if (defect === "flip a byte") return { ...message, digest: `${message.digest}!` };
  return message;
}
