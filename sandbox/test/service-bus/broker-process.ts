import { randomUUID } from "node:crypto";
import { createServer } from "node:https";
import tls from "node:tls";
import { createTlsIdentity } from "../../src/certificates/tls-identity.ts";
import { createSigningKeys } from "../../src/entra/keys.ts";
import { createModel, defaultQueueSettings, findNamespace, type QueueSettings } from "../../src/model.ts";
import { createBroker } from "../../src/service-bus/broker.ts";
import type { ServiceLimits } from "../../src/service-bus/connection/service-limits.ts";
import { createWebSocketUpgrade } from "../../src/service-bus/connection/web-socket.ts";
import type { FaultTarget } from "../../src/service-bus/faults/bus-faults.ts";
import { addTenant, roleIds } from "./bus-model.ts";

/** The broker in a process of its own, because it changes rhea; the tests talk to it by IPC. */

const model = createModel();
const tenants = {
  acme: addTenant(model, "acme"),
  fabrikam: addTenant(model, "fabrikam"),
  tailspin: addTenant(model, "tailspin", "Premium"),
};
const limits: Partial<ServiceLimits> = JSON.parse(process.argv[2] ?? "{}");
const keys = await createSigningKeys();
const strangeKeys = await createSigningKeys();
const log = (line: string) => process.send?.({ line }, undefined, undefined, () => {});
const broker = createBroker({ model, keys, now: () => new Date(), log, limits });

export type TenantName = keyof typeof tenants;
type TokenWish = {
  readonly tenant: TenantName;
  readonly oid: string;
  readonly lifetimeSeconds?: number;
  readonly audience?: string;
  /** Whose issuer the token names; the tenant's own without it. */
  readonly issuedBy?: TenantName | "nobody";
  readonly forged?: boolean;
};

function located(host: string, queueName: string) {
  const found = findNamespace(model, host);
  const queue = found?.namespace.queues.get(queueName);
  if (!found || !queue) throw new Error(`no queue ${queueName} at ${host}`);
  return { ...found, queue };
}

const commands = {
  mint: ({ tenant, oid, lifetimeSeconds = 3600, audience, issuedBy = tenant, forged }: TokenWish) => {
    const tid = tenants[tenant].id;
    const iss = `https://sts.localhost/${issuedBy === "nobody" ? randomUUID() : tenants[issuedBy].id}/v2.0`;
    const aud = audience ?? "https://servicebus.azure.net/";
    return (forged ? strangeKeys : keys).sign({ aud, iss, tid, oid, sub: oid, appid: randomUUID() }, lifetimeSeconds);
  },
  addPrincipal: (tenant: TenantName) => {
    const id = randomUUID();
    tenants[tenant].servicePrincipals.set(id, {
      id,
      appId: randomUUID(),
      appOwnerOrganizationId: tenants[tenant].id,
      displayName: "Contoso Link",
      accountEnabled: true,
      type: "Application",
      graphPermissions: [],
      directoryRoles: [],
      createdAt: new Date(),
    });
    return id;
  },
  disablePrincipal: (tenant: TenantName, oid: string) => {
    const principal = tenants[tenant].servicePrincipals.get(oid);
    if (principal) principal.accountEnabled = false;
  },
  removePrincipal: (tenant: TenantName, oid: string) => {
    tenants[tenant].servicePrincipals.delete(oid);
  },
  /** Without a queue the scope is the namespace. */
  grant: (tenant: TenantName, wish: { oid: string; role: keyof typeof roleIds; host: string; queue?: string }) => {
    const found = findNamespace(model, wish.host);
    const scope = wish.queue ? located(wish.host, wish.queue).queue.resourceId : (found?.namespace.resourceId ?? "");
    const name = randomUUID();
    tenants[tenant].roleAssignments.set(name, {
      name,
      scope,
      roleId: roleIds[wish.role],
      principalId: wish.oid,
      principalType: "ServicePrincipal",
      description: undefined,
      createdAt: new Date(),
      effectiveAt: new Date(0),
    });
    return name;
  },
  revoke: (tenant: TenantName, name: string) => {
    tenants[tenant].roleAssignments.delete(name);
  },
  addQueue: (host: string, settings: Partial<QueueSettings> = {}, name = `q-${randomUUID().slice(0, 8)}`) => {
    const found = findNamespace(model, host);
    const resourceId = `${found?.namespace.resourceId}/queues/${name}`;
    const queue = { name, resourceId, createdAt: new Date(), settings: { ...defaultQueueSettings, ...settings } };
    found?.namespace.queues.set(name, queue);
    return name;
  },
  removeQueue: (host: string, queue: string) => {
    findNamespace(model, host)?.namespace.queues.delete(queue);
  },
  change: (host: string, queueName: string, settings: Partial<QueueSettings>) => {
    const { queue } = located(host, queueName);
    queue.settings = { ...queue.settings, ...settings };
  },
  counts: (host: string, queueName: string) => broker.counts(located(host, queueName).queue),
  recheck: () => broker.recheck(),
  connections: () => broker.connections(),
  /** Milliseconds from now in place of a time. */
  throttle: (target: FaultTarget, milliseconds: number) => broker.faults.throttle(target, Date.now() + milliseconds),
  fillQueue: (target: FaultTarget, milliseconds: number) => broker.faults.fillQueue(target, Date.now() + milliseconds),
  stall: (target: FaultTarget, milliseconds: number) => broker.faults.stall(target, Date.now() + milliseconds),
  dropLinks: (target: FaultTarget) => broker.faults.dropLinks(target),
  dropConnections: (target: FaultTarget) => broker.faults.dropConnections(target),
  closeMidTransfer: (target: FaultTarget, times: number) => broker.faults.closeMidTransfer(target, times),
  loseAcknowledgement: (target: FaultTarget, times: number) => broker.faults.loseAcknowledgement(target, times),
  clearFaults: () => broker.faults.clear(),
  memory: () => {
    globalThis.gc?.();
    return process.memoryUsage().rss;
  },
  closeBroker: () => broker.close(),
} as const;

export type Commands = typeof commands;

const identity = await createTlsIdentity();
const certificate = { key: identity.privateKey, cert: identity.certificate };
const server = tls.createServer(certificate, (socket) => broker.accept(socket));
server.on("tlsClientError", () => {});
const https = createServer(certificate);
https.on("upgrade", createWebSocketUpgrade(broker.accept));

const listening = (listener: tls.Server) =>
  new Promise<number | undefined>((resolve) => {
    listener.listen(0, "127.0.0.1", () => {
      const address = listener.address();
      resolve(typeof address === "object" ? address?.port : undefined);
    });
  });
const [port, webSocketPort] = await Promise.all([listening(server), listening(https)]);
process.send?.({ ready: { port, webSocketPort, authority: identity.ca } });

process.on("message", async ({ id, name, args }: { id: number; name: keyof Commands; args: unknown[] }) => {
  const command: (...args: never[]) => unknown = commands[name];
  process.send?.({ id, result: await Reflect.apply(command, undefined, args) });
});
process.on("disconnect", () => process.exit());
