import type { Context } from "../../../cli/context.ts";
import { ownQueue } from "../../domain/forwarded-message.ts";
import { Failure } from "../../errors/failure.ts";
import type { Memory } from "./file-sink.ts";
import type { Sink } from "./sink.ts";

export type Wanted = {
  readonly output?: string | undefined;
  readonly exec?: readonly string[] | undefined;
  readonly forward?: string | undefined;
  /** How many messages of a queue at a time. */
  readonly concurrency?: number | undefined;
};

/** Programs keep a queue's order unless more are asked for; the Provider's queue gets it from the link. */
const defaultForwards = 16;

/** The sink that is asked for, open and proven; none when messages are to be printed. */
export async function openSink(
  { cloud, config, terminal }: Pick<Context, "cloud" | "config" | "terminal">,
  { output, exec, forward, concurrency }: Wanted,
  memory: Memory,
): Promise<Sink | undefined> {
  if (output !== undefined) return (await import("./file-sink.ts")).outputSink(output, memory);
  const [program, ...args] = exec ?? [];
  if (program !== undefined)
    return (await import("./program-sink.ts")).execSink({ program, args, env: terminal.env, atOnce: concurrency ?? 1 });
  if (forward === undefined) return undefined;
  const own = ownQueueOf(forward, (await config.read()).cloud.serviceBusSuffix);
  const [{ forwardSink }, outbox] = await Promise.all([import("./queue-sink.ts"), cloud.ownQueue(own)]);
  return forwardSink(outbox, concurrency ?? defaultForwards);
}

function ownQueueOf(text: string, suffix: string) {
  try {
    return ownQueue(text, suffix);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure("usage", `--forward '${text}': ${why}`, { code: "ForwardInvalid" });
  }
}
