import type { ServiceBusReceiver } from "@azure/service-bus";
import { withTimeout } from "../../concurrency/timeout.ts";
import { asFailure } from "../../errors/failure.ts";
import type { KeepaliveOptions } from "../../ports/azure-services.ts";
import { keepaliveFrame } from "./amqp-idle-timeout.ts";
import { onEverySecond } from "./shared-ticker.ts";

/** With the second between two looks, and the five after which closing a dead connection is given up: less than 30 s. */
const usual: KeepaliveOptions = { silenceMilliseconds: 13_000, answerMilliseconds: 7_000 };

export type KeepaliveMonitor = {
  /** A question that the broker answers over the same connection, however empty the queue is. */
  readonly ask: () => Promise<unknown>;
  /** Told when the connection has brought something since the last look. */
  readonly heard?: () => void;
  readonly vigilance?: KeepaliveOptions;
  readonly lost: (error: unknown) => void;
};

/**
 * Tells when a tail's connection is dead. The SDK itself finds a peer that fell silent after two minutes, and tells nobody. A
 * connection that brings anything lives, and a broker that is asked to sends a sign of life when it has nothing to tell; only
 * one that is silent all the same is asked, and when it does not answer either, it is dead. Returns what ends the watch.
 */
export function monitorKeepalive(receiver: ServiceBusReceiver, watch: KeepaliveMonitor): () => void {
  const { ask, heard = () => {}, vigilance = usual, lost } = watch;
  const { silenceMilliseconds, answerMilliseconds } = vigilance;
  let sign = keepaliveFrame(receiver);
  let heardAt = performance.now();
  let asking = false;
  const live = () => {
    heardAt = performance.now();
    heard();
  };
  const listen = () => {
    const latest = keepaliveFrame(receiver);
    if (latest !== sign) {
      sign = latest;
      live();
    } else if (!asking && performance.now() - heardAt >= silenceMilliseconds) void question();
  };
  const question = async () => {
    asking = true;
    try {
      await withTimeout("the namespace", answerMilliseconds, ask()).catch(unlessThrottled);
      live();
    } catch (error) {
      end();
      lost(error);
    } finally {
      asking = false;
    }
  };
  const end = onEverySecond(listen);
  return end;
}

/** A namespace that throttles has answered. */
function unlessThrottled(error: unknown): void {
  if (asFailure(error).code !== "ServiceBusy") throw error;
}
