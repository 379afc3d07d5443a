import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { plainApps, secureApps } from "./apps.ts";
import type { Distance } from "./distance.ts";
import type { SigningKeys } from "./entra/keys.ts";
import type { Environment } from "./environment.ts";
import { createFaults } from "./faults/faults.ts";
import { perform } from "./faults/perform.ts";
import { BadScenario, parseScenarioText } from "./faults/scenario.ts";
import { writeFiles } from "./files.ts";
import { jobToken } from "./github/github.ts";
import { type Answer, createHostCheck, createHttp } from "./http.ts";
import { createProtocolSwitch } from "./protocol-switch.ts";
import { createProxy } from "./proxy/proxy.ts";
import { writeProxyFile } from "./proxy/proxy-file.ts";
import { createProxyIdentity } from "./proxy/proxy-identity.ts";
import { exchangeAudience, workloadSubject } from "./seed/provider.ts";
import type { Seed } from "./seed/seed.ts";
import { type Broker, createBroker } from "./service-bus/broker.ts";
import { createWebSocketUpgrade } from "./service-bus/connection/web-socket.ts";
import type { BusOperation, Place } from "./service-bus/faults/bus-faults.ts";
import type { MessageWatcher } from "./service-bus/queues/queue-stores.ts";
import { openOrigin } from "./state/origin.ts";

export type SandboxOptions = {
  /** Gets `ca.pem`, `xtenant.json` and `secrets/`. */
  readonly directory: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Milliseconds until a new role assignment takes effect, unless the scenario sets it. */
  readonly roleDelay: number;
  /** The number of customers; three by default. */
  readonly customers?: number;
  /** A file with the scenario of faults to start with (JSON). */
  readonly scenarioFile?: string;
  /** A file that keeps the cloud and its messages over restarts; without it everything is in memory. */
  readonly dataFile?: string;
  /** Whether the port is also a proxy for clients that insist on Azure's own names; writes `proxy-ca.pem`. */
  readonly proxy?: boolean;
  /** How far away the clients are; not at all by default. */
  readonly distance?: Distance;
  readonly log: (line: string) => void;
  /** Called for every event of a message; for tests in the same process. */
  readonly watch?: MessageWatcher;
  /** Called for every operation of a client on Service Bus. */
  readonly asked?: (ask: BusOperation, place: Place) => void;
};

/** The cloud itself, for tests in the same process that fill it, inspect it and cause faults. */
export type Inside = Pick<Environment, "model" | "faults"> & {
  readonly seeded: Seed;
  readonly broker: Broker;
  /** The port without the distance. */
  readonly nearPort: number;
};

export type Sandbox = {
  readonly port: number;
  /** Path of the `xtenant.json` that points at this sandbox. */
  readonly configFile: string;
  readonly inside: Inside;
  close(): Promise<void>;
};

const dayMilliseconds = 24 * 3600_000;

/**
 * Starts the sandbox on one loopback port. Rejects with the code EADDRINUSE when the port is taken, with
 * BAD_SCENARIO when the scenario cannot be played, with BAD_STATE_FILE when the data file cannot be used.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { directory, log } = options;
  const faults = createFaults({
    scenario: await firstScenario(options),
    perform: async (action) => {
      await perform(environment, action);
      await save();
    },
    changed: () => {
      environment.bus.clear();
      environment.recheckLinks();
    },
    log,
  });
  const now = () => new Date(Date.now() + faults.scenario.clockSkew);
  const proxyIdentity = options.proxy ? await createProxyIdentity() : undefined;
  const origin = await openOrigin({ ...options, now });
  const { port, baseUrl, keys, certificate, identity, seeded } = origin;
  const { model } = seeded;
  const broker = createBroker({
    model,
    keys,
    now,
    log,
    watch: options.watch,
    rows: origin.rows,
    refusal: (ask, place) => {
      options.asked?.(ask, place);
      return faults.refusal(ask, place);
    },
  });
  const save = () => {
    broker.commit();
    return origin.save();
  };
  const environment: Environment = {
    model,
    keys,
    baseUrl,
    faults,
    bus: broker.faults,
    now,
    counts: broker.counts,
    recheckLinks: broker.recheck,
  };
  const controlKey = randomBytes(32).toString("base64url");
  const answer = saving(secureApps(environment, controlKey), save);
  const https = createHttp(port.number, answer, log);
  const [isOwnHost, upgrade] = [createHostCheck(port.number), createWebSocketUpgrade(broker.accept)];
  https.on("upgrade", (request, socket, head) =>
    isOwnHost(request.headers.host) ? upgrade(request, socket, head) : socket.destroy(),
  );
  const http = createHttp(port.number, plainApps(environment), log);
  if (proxyIdentity)
    http.on("connect", createProxy({ identity: proxyIdentity, baseUrl, answer, amqp: broker.accept, log }));
  port.serve(createProtocolSwitch(identity, { amqp: broker.accept, https, http, log }));
  const close = async () => {
    faults.close();
    await broker.close();
    await origin.close();
  };
  try {
    const [assertion, token] = await Promise.all([workloadAssertion(keys, baseUrl), jobToken(keys, baseUrl)]);
    const files = {
      seed: seeded,
      port: port.number,
      ca: identity.ca,
      certificate,
      assertion,
      jobToken: token,
      controlKey,
    };
    const configFile = await writeFiles(directory, files);
    await writeProxyFile(directory, proxyIdentity && [proxyIdentity.ca, identity.ca]);
    return {
      port: port.number,
      configFile,
      inside: { model, faults, seeded, broker, nearPort: port.nearNumber },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A request is answered after its changes are saved, so that they are still there after a crash. */
const saving =
  (answer: Answer, save: () => Promise<void>): Answer =>
  async (request) => {
    const response = await answer(request);
    if (request.method !== "GET" && request.method !== "HEAD") await save();
    return response;
  };

/** The scenario of the file. New roles are delayed by the options, unless the scenario sets a delay. */
async function firstScenario({ scenarioFile, roleDelay }: SandboxOptions) {
  const read = (file: string) =>
    readFile(file, "utf8").catch((error: Error) => Promise.reject(new BadScenario(error.message)));
  return { roleDelay, ...parseScenarioText(scenarioFile === undefined ? "{}" : await read(scenarioFile)) };
}

/** The token that a workload outside Azure gets from its own platform: the app trusts it, and it is valid for a day. */
const workloadAssertion = (keys: SigningKeys, baseUrl: string) =>
  keys.sign({ iss: `${baseUrl}/oidc`, sub: workloadSubject, aud: exchangeAudience }, dayMilliseconds / 1000);
