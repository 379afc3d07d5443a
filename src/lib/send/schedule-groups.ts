import type { Outgoing } from "../domain/message.ts";
import { atMostBytes } from "./message-size.ts";

/** The maximum number of messages of one schedule request. */
const longestRun = 100;
const largestRun = 200_000;

export type ScheduleGroup = { readonly at: Date; readonly run: readonly Outgoing[] };

/** Groups neighbouring messages for the same time, up to the limit of one request. */
export function groupBySchedule(messages: readonly Outgoing[]): readonly ScheduleGroup[] {
  const runs: { at: Date; run: Outgoing[]; bytes: number }[] = [];
  for (const message of messages) {
    const { scheduledAt: at = new Date() } = message;
    const size = atMostBytes(message);
    const last = runs.at(-1);
    if (last?.at.getTime() === at.getTime() && last.run.length < longestRun && last.bytes + size <= largestRun) {
      last.run.push(message);
      last.bytes += size;
    } else runs.push({ at, run: [message], bytes: size });
  }
  return runs;
}
