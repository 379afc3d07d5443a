import type { ServiceBusReceiver } from "@azure/service-bus";
import { withTimeout } from "../../concurrency/timeout.ts";
import { asFailure } from "../../errors/failure.ts";
import type { KeepaliveOptions } from "../../ports/azure-services.ts";
import { heartbeatOf } from "./sdk-internals.ts";
import { onEvery } from "./shared-ticker.ts";

const checkMilliseconds = 2_000;
/**
 * A dead connection is found within 28 s. Its last bytes are seen up to 2 s late, and the silence within 14 s. The monitor awaits the
 * answer for 7 s, and closing takes up to 5 s.
 */
const defaults: KeepaliveOptions = { silenceMilliseconds: 13_000, answerMilliseconds: 7_000 };

export type KeepaliveMonitor = {
  /** A request that the broker answers over the same connection, also when the queue is empty. */
  readonly ping: () => Promise<unknown>;
  /** Called when the connection has received something since the last check. */
  readonly onActivity?: () => void;
  readonly keepalive?: KeepaliveOptions;
  readonly onLost: (error: unknown) => void;
};

/**
 * Reports when the connection of a tail is dead. The SDK finds a silent peer after two minutes, and reports it nowhere. A
 * connection that receives anything is alive, and a broker sends empty frames when the client has requested an idle timeout.
 * Only a connection that is silent all the same is pinged; when it does not answer, it is dead. Returns a function that ends
 * the monitor.
 */
export function monitorKeepalive(receiver: ServiceBusReceiver, monitor: KeepaliveMonitor): () => void {
  const { ping, onActivity = () => {}, keepalive = defaults, onLost } = monitor;
  const { silenceMilliseconds, answerMilliseconds } = keepalive;
  let heartbeat = heartbeatOf(receiver);
  let activeAt = performance.now();
  let isPinging = false;
  const noteActivity = () => {
    activeAt = performance.now();
    onActivity();
  };
  const check = () => {
    const latest = heartbeatOf(receiver);
    if (latest !== heartbeat) {
      heartbeat = latest;
      noteActivity();
    } else if (!isPinging && performance.now() - activeAt >= silenceMilliseconds) void pingOrReport();
  };
  const pingOrReport = async () => {
    isPinging = true;
    try {
      await withTimeout("the namespace", answerMilliseconds, ping()).catch(unlessThrottled);
      noteActivity();
    } catch (error) {
      end();
      onLost(error);
    } finally {
      isPinging = false;
    }
  };
  const end = onEvery(checkMilliseconds, check);
  return end;
}

/** A namespace that throttles has answered. */
function unlessThrottled(error: unknown): void {
  if (asFailure(error).code !== "ServiceBusy") throw error;
}
