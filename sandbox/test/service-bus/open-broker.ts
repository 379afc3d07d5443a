import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import tls from "node:tls";
import { ServiceBusClient, type ServiceBusClientOptions } from "@azure/service-bus";
import { onTestFinished } from "vitest";
import type { QueueSettings } from "../../src/model.ts";
import type { QueueCounts } from "../../src/queue-counts.ts";
import type { ServiceLimits } from "../../src/service-bus/connection/service-limits.ts";
import { processFile } from "../process-file.ts";
import type { Commands, TenantName } from "./broker-process.ts";

type Call = <Name extends keyof Commands>(
  name: Name,
  ...args: Parameters<Commands[Name]>
) => Promise<Awaited<ReturnType<Commands[Name]>>>;

/** A broker in a process of its own, with the namespaces of acme and fabrikam. */
export type BrokerProcess = {
  readonly port: number;
  /** Where it takes AMQP over WebSocket. */
  readonly webSocketPort: number;
  /** PEM of the authority behind its certificate. */
  readonly authority: string;
  /** What it logged, oldest first. */
  readonly lines: readonly string[];
  readonly call: Call;
  /** Whether the process is still there. */
  isRunning(): boolean;
  close(): Promise<void>;
};

export const hostOf = (tenant: TenantName): string => `${tenant}-bus.servicebus.windows.net`;

export async function openBroker(limits: Partial<ServiceLimits> = {}): Promise<BrokerProcess> {
  const child = fork(processFile(join(import.meta.dirname, "broker-process.ts")), [JSON.stringify(limits)], {
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const lines: string[] = [];
  const pending = new Map<number, (result: never) => void>();
  let last = 0;
  const ready = Promise.withResolvers<Pick<BrokerProcess, "port" | "webSocketPort" | "authority">>();
  child.on("message", (message: { ready?: never; line?: string; id?: number; result?: never }) => {
    if (message.ready) ready.resolve(message.ready);
    if (message.line) lines.push(message.line);
    if (message.id !== undefined) pending.get(message.id)?.(message.result as never);
  });
  child.on("exit", () => ready.reject(new Error("the broker process ended")));
  const { port, webSocketPort, authority } = await ready.promise;
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), authority]);

  const call: Call = (name, ...args) => {
    const { promise, resolve } = Promise.withResolvers<never>();
    const id = ++last;
    pending.set(id, resolve);
    child.send({ id, name, args });
    return promise;
  };
  const isRunning = () => child.exitCode === null;
  return { port, webSocketPort, authority, lines, call, isRunning, close: () => stop(child) };
}

async function stop(child: ChildProcess) {
  const exited = once(child, "exit");
  child.disconnect();
  await exited;
}

type Identity = { readonly tenant: TenantName; readonly oid: string };
type TokenOptions = Omit<Parameters<Commands["mint"]>[0], keyof Identity> & {
  /** The lifetime that the client sees, when it is not the real one. */
  readonly toldSeconds?: number;
};

/** A client of the namespace with the identity of the principal; it is closed with the test. */
export function connect(
  broker: BrokerProcess,
  host: string,
  identity: Identity & TokenOptions,
  options: ServiceBusClientOptions = {},
): ServiceBusClient {
  const { toldSeconds, ...wish } = identity;
  const credential = {
    async getToken() {
      const token = await broker.call("mint", wish);
      return { token, expiresOnTimestamp: Date.now() + (toldSeconds ?? 3600) * 1000 };
    },
  };
  const client = new ServiceBusClient(host, credential, {
    customEndpointAddress: `sb://localhost:${broker.port}`,
    retryOptions: { maxRetries: 0, timeoutInMs: 10_000 },
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

/** A client of the tenant's namespace with all rights, and a new queue in it. */
export async function openQueue(
  broker: BrokerProcess,
  settings: Partial<QueueSettings> = {},
  tenant: TenantName = "acme",
) {
  const host = hostOf(tenant);
  const queue = await broker.call("addQueue", host, settings);
  const oid = await broker.call("addPrincipal", tenant);
  await broker.call("grant", tenant, { oid, role: "owner", host, queue });
  const client = connect(broker, host, { tenant, oid });
  return {
    host,
    queue,
    oid,
    client,
    sender: client.createSender(queue),
    receiver: client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 }),
    deadLetters: client.createReceiver(queue, { subQueueType: "deadLetter", maxAutoLockRenewalDurationInMs: 0 }),
    counts: (): Promise<QueueCounts> => broker.call("counts", host, queue),
  };
}
