import type { Attributes } from "@opentelemetry/api";
import { type MessageOperation, mapSettlement } from "../ports/map-settlement.ts";
import type { Instruments } from "./instruments.ts";
import type { Observer } from "./observer.ts";
import { about, errorType } from "./spans.ts";

/** Counts and times every operation, and forwards it to the traces if they are enabled. */
export function createObserver(instruments: Instruments, spans: Observer): Observer {
  return {
    leaving: spans.leaving,
    attached: spans.attached,
    heard: spans.heard,
    call: async (call, work) => {
      const began = performance.now();
      const done = (attributes: Attributes = {}) => {
        const { operation, end, sent = [] } = call;
        const error = attributes["error.type"] === undefined ? {} : { "error.type": attributes["error.type"] };
        instruments.took(performance.now() - began, { ...system, "messaging.operation.name": operation, ...error });
        if (sent.length > 0) instruments.sent(sent.length, { ...about(end, operation, "send"), ...error });
      };
      try {
        const result = await spans.call(call, work);
        done();
        return result;
      } catch (error) {
        done({ "error.type": errorType(error) });
        throw error;
      }
    },
    arrived: (end, held) => {
      instruments.consumed(about(end, "receive", "receive"));
      const began = performance.now();
      const one = spans.arrived(end, held);
      const timed = (operation: MessageOperation, settle: () => Promise<void>) =>
        settle().finally(() =>
          instruments.worked(performance.now() - began, { ...system, "messaging.operation.name": operation }),
        );
      return mapSettlement(one, (operation, call) => (operation === "renew_lock" ? call() : timed(operation, call)));
    },
  };
}

const system = { "messaging.system": "servicebus" };
