import { setTimeout as sleep } from "node:timers/promises";
import { isLate } from "../../../bin/late-rejections.ts";
import { openBareSdk } from "../bare-sdk.ts";
import type { Figures } from "./scenario.ts";

/**
 * A connection dies silently while the SDK alone receives. Neither the receive nor `close` returns in time. Later,
 * promises reject without a handler, which ends a Node program. `bin/late-rejections.ts` knows every one of them.
 */
export async function countFloatingRejections(seed: number): Promise<Figures> {
  const floating: unknown[] = [];
  const note = (reason: unknown) => void floating.push(reason);
  process.on("unhandledRejection", note);
  await using bare = await openBareSdk(seed);
  const { proxy, client } = await bare.behindProxy();
  const receiver = client.createReceiver("commands");
  await receiver.receiveMessages(1, { maxWaitTimeInMs: 100 });
  proxy.forget();
  const begin = performance.now();
  const took = (call: Promise<unknown>) => call.catch(() => {}).then(() => performance.now() - begin);
  const receive = took(receiver.receiveMessages(10, { maxWaitTimeInMs: 1_000 }));
  await sleep(2_000);
  const close = took(client.close());
  const long = 100_000;
  const [received, closed] = await Promise.all([receive, close].map((end) => Promise.race([end, sleep(long, long)])));
  while (floating.length === 0 && performance.now() - begin < long) await sleep(500);
  process.off("unhandledRejection", note);
  if ((received ?? 0) < 20_000) throw new Error(`seed ${seed}: the receive returned after ${received} ms`);
  if (floating.length === 0) throw new Error(`seed ${seed}: no promise was rejected without a handler`);
  const strange = floating.filter((reason) => !isLate(reason));
  if (strange.length > 0) throw new Error(`seed ${seed}: xtenant would end with ${String(strange[0])}`);
  return {
    receiveOfOneSecondMilliseconds: Math.round(received ?? 0),
    closeMilliseconds: Math.round((closed ?? 0) - 2_000),
    unhandledRejections: floating.length,
  };
}
