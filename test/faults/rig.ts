import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { QueueSettings } from "../../sandbox/src/model.ts";
import type { BusOperation } from "../../sandbox/src/service-bus/faults/bus-faults.ts";
import { startSandbox } from "../../sandbox/src/start.ts";
import { omitUndefined } from "../../src/lib/domain/omit-undefined.ts";
import { random as seeded } from "../fakes/random.ts";
import type { Expectations, HistoryEvent, Verdict } from "./checker.ts";
import { check, demand } from "./checker.ts";
import { encodedMessage, ownQueue, type RigCustomer, readyCustomer, writeRigConfig } from "./cloud.ts";
import { openToxicProxy, type ToxicProxy } from "./proxy.ts";
import { type Launch, launchWatched, type Watched } from "./watched-process.ts";

export type RigOptions = {
  readonly seed: number;
  readonly customers?: readonly string[];
  /** Settings of every queue: a short lock, sessions, duplicate detection. */
  readonly queue?: Partial<QueueSettings>;
  /** No body is larger than one kilobyte. */
  readonly small?: true;
  /** Overrides the config's `provider`. */
  readonly provider?: object;
};

type StartOptions = { readonly env?: NodeJS.ProcessEnv; readonly sink?: Launch["sink"]; readonly stdout?: string };

/** What the broker reports about a message, with its queue. */
export type Happening = {
  readonly what: string;
  readonly customer: string;
  readonly queue: string;
  readonly id: string;
  readonly sequenceNumber: number;
};

/** A request of a process to the broker: a token, a link, a message to store or settle, a call to `$management`. */
export type Ask = {
  readonly what: BusOperation;
  readonly customer: string;
  readonly queue: string;
  readonly at: number;
};

/**
 * The sandbox in this process, real `xtenant` processes, a toxic network between them, and one history. The broker
 * reports each message that it accepts or completes. Before it completes one, the driver reads the output of the
 * process so far.
 */
export async function openRig({
  seed,
  customers: names = ["acme", "fabrikam"],
  queue = {},
  small,
  provider,
}: RigOptions) {
  const random = seeded(seed);
  const folder = await mkdtemp(join(tmpdir(), "xtenant-rig-"));
  const history: HistoryEvent[] = [];
  const locked = new Set<string>();
  const digests = new Map<string, string>();
  const listeners = new Set<(happening: Happening) => void>();
  const asking = new Set<(ask: Ask) => void>();
  const destinations = new Set<() => void>();
  const customers = new Map<string, RigCustomer>();
  const places = new Map<object, { customer: string; queue: string }>();
  const sequence = counter();

  const sandbox = await startSandbox({
    ...{ directory: folder, port: 0, roleDelay: 0, log: () => {} },
    asked(what, { host, queue }) {
      const customer = host.replace(/-bus\..*$/, "");
      for (const listen of asking) listen({ what, customer, queue, at: performance.now() });
    },
    watch: (what, inQueue, { messageId = "", sequenceNumber }) => {
      const place = places.get(inQueue);
      if (place === undefined) return;
      const key = `${place.customer}/${place.queue}/${sequenceNumber}`;
      if (what === "delivered") locked.add(key);
      else locked.delete(key);
      if (what === "completed" && place.queue === "statuses") {
        for (const look of destinations) look();
        history.push({ what: "settled", customer: place.customer, id: messageId });
      }
      for (const listen of listeners) listen({ what, ...place, id: messageId, sequenceNumber });
    },
  });
  const { inside } = sandbox;
  for (const name of names) {
    const customer = readyCustomer(inside, name, queue);
    customers.set(name, customer);
    places.set(customer.statuses, { customer: name, queue: "statuses" });
    places.set(customer.commands, { customer: name, queue: "commands" });
  }
  places.set(ownQueue(inside), { customer: "contoso", queue: "own" });
  const proxy = await openToxicProxy(sandbox.port, random);
  const config = await writeRigConfig(sandbox, {
    port: proxy.port,
    customers: names,
    ...(provider ? { provider } : {}),
  });

  const customer = (name: string) => {
    const found = customers.get(name);
    if (found === undefined) throw new Error(`the rig has no customer ${name}`);
    return found;
  };
  /** Bodies whose sizes come from the seed. Most are small, and some are larger than a frame. */
  const bodyOf = (id: string) => {
    const size = !small && random() < 0.01 ? 90_000 : Math.floor(random() * (small ? 900 : 1_500));
    return `${id} ${"x".repeat(size)}`;
  };
  const put = (name: string, count: number): readonly string[] => {
    const ids = Array.from({ length: count }, () => `${name}-${seed}-${sequence()}`);
    for (const id of ids) {
      const body = bodyOf(id);
      digests.set(id, digest(body));
      history.push({ what: "attempted", customer: name, id, digest: digest(body) });
      if (inside.broker.put(customer(name).statuses, [encodedMessage(id, body)]) === "stored")
        history.push({ what: "acknowledged", customer: name, id });
    }
    return ids;
  };
  const left = () =>
    [...customers.values()].reduce((sum, { statuses }) => {
      const { active, deadLetter } = inside.broker.counts(statuses);
      return sum + active + deadLetter;
    }, 0);
  const processes = new Set<Watched>();

  return {
    ...{ seed, random, folder, config, history, locked, inside, customer, put, left, sandbox },
    proxy: proxy as ToxicProxy,
    /** Puts statuses into every customer's queue. */
    putEverywhere: (count: number) => names.flatMap((name) => put(name, count)),
    /** Starts the program. Every message that it prints goes into the history. */
    start(args: readonly string[], options: StartOptions = {}): Watched {
      const watched = launchWatched(["--config", config, ...args], {
        ...{ folder, env: options.env ?? {} },
        ...omitUndefined({ sink: options.sink, stdout: options.stdout }),
        wrote: (record) => history.push({ what: "written", ...record }),
      });
      processes.add(watched);
      destinations.add(watched.look);
      void watched.ended.then(() => {
        watched.look();
        destinations.delete(watched.look);
        processes.delete(watched);
      });
      return watched;
    },
    /** Resolves at the next event that matches. */
    when: (fits: (happening: Happening) => boolean) =>
      new Promise<Happening>((resolve) => {
        const listen = (happening: Happening) => {
          if (!fits(happening)) return;
          listeners.delete(listen);
          resolve(happening);
        };
        listeners.add(listen);
      }),
    on: (listen: (happening: Happening) => void) => void listeners.add(listen),
    /** Calls the listener for every request to the broker, granted or not. */
    onAsk: (listen: (ask: Ask) => void) => void asking.add(listen),
    /** Resolves when the broker has no more statuses. Rejects with the remaining ones when that takes too long. */
    drained: (milliseconds: number) =>
      new Promise<void>((resolve, reject) => {
        const end = (settle: () => void) => {
          clearTimeout(timer);
          listeners.delete(look);
          settle();
        };
        // Later, because the broker reports a settlement just before it deletes the message.
        const look = () => void setImmediate(() => left() === 0 && end(resolve));
        const late = () => reject(new Error(`seed ${seed}: ${left()} messages remain after ${milliseconds} ms`));
        const timer = setTimeout(() => end(late), milliseconds);
        listeners.add(look);
        look();
      }),
    /** Resolves when the broker has reported nothing for this many milliseconds. */
    stillFor: (milliseconds: number) =>
      new Promise<void>((resolve) => {
        const end = () => {
          listeners.delete(again);
          resolve();
        };
        let timer = setTimeout(end, milliseconds);
        const again = () => {
          clearTimeout(timer);
          timer = setTimeout(end, milliseconds);
        };
        listeners.add(again);
      }),
    /** The hash of the body with this id. */
    digestOf: (id: string): string => digests.get(id) ?? "",
    judge: (expected: Expectations): Verdict => demand(check(history, expected), seed),
    async [Symbol.asyncDispose]() {
      for (const { kill } of processes) kill("SIGKILL");
      await Promise.all([...processes].map(({ ended }) => ended));
      await proxy.close();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Rig = Awaited<ReturnType<typeof openRig>>;

export const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

function counter(): () => number {
  let last = 0;
  return () => {
    last += 1;
    return last;
  };
}
