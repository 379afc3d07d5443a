import { parseProviderQueue } from "../../domain/forwarded-message.ts";
import { Failure } from "../../errors/failure.ts";
import type { UseCaseContext } from "../../ports/use-case-context.ts";
import type { DuplicateMemory } from "./file-sink.ts";
import type { Sink } from "./sink.ts";

export type SinkOptions = {
  readonly toFile?: string;
  /** Calls back each time the file may have been moved away. The result ends that. */
  readonly onReopen?: (listener: () => void) => () => void;
  readonly exec?: readonly string[];
  /** The environment of programs that `exec` starts. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly forward?: string;
  /** The address of a server that gets each message. */
  readonly toUrl?: string;
  /** How many messages of a queue at a time. */
  readonly concurrency?: number;
};

/** Programs keep a queue's order unless more are requested. For the provider's queue, the link keeps it. */
const defaultForwards = 16;

/** Opens and checks the requested sink; undefined when messages are printed. */
export async function openSink(
  { azure, config }: Pick<UseCaseContext, "azure" | "config">,
  { toFile, onReopen, exec, env = {}, forward, toUrl, concurrency }: SinkOptions,
  memory: DuplicateMemory,
): Promise<Sink | undefined> {
  if (toFile !== undefined) return (await import("./file-sink.ts")).fileSink(toFile, memory, onReopen);
  const [program, ...args] = exec ?? [];
  if (program !== undefined)
    return (await import("./program-sink.ts")).programSink({
      program,
      args,
      env,
      atOnce: concurrency ?? 1,
    });
  if (toUrl !== undefined)
    return (await import("./url-sink.ts")).urlSink({ url: toUrl, env, atOnce: concurrency ?? 1 });
  if (forward === undefined) return undefined;
  const own = ownQueueOf(forward, (await config.read()).cloud.serviceBusSuffix);
  const [{ queueSink: forwardSink }, sender] = await Promise.all([import("./queue-sink.ts"), azure.providerQueue(own)]);
  return forwardSink(sender, concurrency ?? defaultForwards);
}

function ownQueueOf(text: string, suffix: string) {
  try {
    return parseProviderQueue(text, suffix);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure("ForwardInvalid", `--forward '${text}': ${why}`);
  }
}
