import type { Queue } from "../../model.ts";
import { type AmqpError, autoForwarding } from "../amqp-errors.ts";
import type { EntityAddress } from "./entity-address.ts";

/** Nothing can be received from, or peeked in, what forwards its messages; undefined for any other queue. */
export function forwardingRefusal(
  { settings }: Queue,
  part: EntityAddress["part"],
  wanted: "receiver" | "browser",
  now: Date,
): AmqpError | undefined {
  const target = {
    messages: settings.forwardTo,
    deadLetters: settings.forwardDeadLettersTo,
    transferDeadLetters: undefined,
  };
  return target[part] === undefined ? undefined : autoForwarding(wanted, now);
}
