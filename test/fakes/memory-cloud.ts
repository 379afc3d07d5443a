import type { Access, Cloud, Directory, Held, Inbox, Mailbox, Outbox } from "../../src/lib/cloud.ts";
import { Failure } from "../../src/lib/failure.ts";
import { type Assignment, roles } from "../../src/lib/tenancy/access.ts";
import { type Customer, guid, type TenantId, tenantId } from "../../src/lib/tenancy/customer.ts";
import type { Incoming, Outgoing } from "../../src/lib/tenancy/message.ts";

const providerTenant = tenantId("11111111-1111-4111-8111-111111111111");
const clientId = guid("22222222-2222-4222-8222-222222222222");
const objectId = guid("33333333-3333-4333-8333-333333333333");

type Entry = { message: Incoming; locked: boolean };

/** The ports in memory, with the refusals that matter: no consent, no role, no queue. `open` counts unclosed mailboxes. */
export function createMemoryCloud() {
  const admitted = new Set<TenantId>();
  const assignments = new Map<TenantId, Assignment[]>();
  const queues = new Map<string, Entry[]>();
  const state = { open: 0, ownerTenantId: providerTenant };
  let sequence = 0n;

  const queueOf = (customer: Customer, name: string) => {
    const key = `${customer.namespace}/${name}`;
    const queue = queues.get(key) ?? [];
    queues.set(key, queue);
    return queue;
  };
  const put = (customer: Customer, name: string, message: Outgoing) => {
    sequence += 1n;
    queueOf(customer, name).push({ message: incoming(message, sequence), locked: false });
  };
  const holds = ({ tenantId: tenant }: Customer, queue: string, role: "sender" | "receiver") =>
    (assignments.get(tenant) ?? []).some(
      ({ roleId, scope }) => roleId === roles.owner.id || (roleId === roles[role].id && scope.endsWith(`/${queue}`)),
    );
  const requireConsent = (customer: Customer) => {
    if (!admitted.has(customer.tenantId))
      throw new Failure("auth", `${customer.name} has not consented`, { code: "AADSTS700016", retryable: true });
  };
  const requireClaim = (allowed: boolean, claim: string) => {
    if (!allowed)
      throw new Failure("forbidden", `the app has no ${claim} claim`, { code: "UnauthorizedAccess", retryable: true });
  };

  const outbox = (customer: Customer, name: string, authorise: () => void): Outbox => ({
    probe: async () => authorise(),
    send: async (message) => {
      authorise();
      put(customer, name, message);
    },
  });
  const inbox = (customer: Customer, name: string, authorise: () => void): Inbox => {
    const queue = queueOf(customer, name);
    const hold = (entry: Entry): Held => {
      entry.locked = true;
      return {
        message: entry.message,
        complete: async () => void queue.splice(queue.indexOf(entry), 1),
        abandon: async () => {
          entry.locked = false;
          entry.message = { ...entry.message, deliveryCount: entry.message.deliveryCount + 1 };
        },
      };
    };
    const receive: Inbox["receive"] = async (max) => {
      authorise();
      return queue
        .filter(({ locked }) => !locked)
        .slice(0, max)
        .map(hold);
    };
    return {
      peek: async (max) => {
        authorise();
        return queue.slice(0, max).map(({ message }) => message);
      },
      receive,
      tail: async function* (signal) {
        authorise();
        while (!signal.aborted) {
          yield* await receive(32, 0);
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
    };
  };
  const mailbox = (ends: { outbox: Outbox; inbox: Inbox }): Mailbox => {
    state.open += 1;
    return {
      outbox: async () => ends.outbox,
      inbox: async () => ends.inbox,
      [Symbol.asyncDispose]: async () => {
        state.open -= 1;
      },
    };
  };

  const directory = (customer: Customer): Directory => ({
    findServicePrincipal: async () =>
      admitted.has(customer.tenantId)
        ? { objectId, displayName: "xtenant", accountEnabled: true, ownerTenantId: state.ownerTenantId }
        : undefined,
    provisionServicePrincipal: async () => {
      if (admitted.has(customer.tenantId)) return "existing";
      admitted.add(customer.tenantId);
      return "created";
    },
    removeServicePrincipal: async () => (admitted.delete(customer.tenantId) ? "removed" : "absent"),
  });
  const access = ({ tenantId: tenant }: Customer): Access => {
    const held = assignments.get(tenant) ?? [];
    assignments.set(tenant, held);
    return {
      list: async (scope) => held.filter((one) => `${one.scope}/`.startsWith(`${scope}/`)),
      assign: async ({ role, scope, name }) => {
        const roleId = roles[role].id;
        if (held.some((one) => one.roleId === roleId && one.scope === scope)) return "existing";
        held.push({ id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`, scope, roleId });
        return "created";
      },
      remove: async ({ id }) =>
        void held.splice(
          held.findIndex((one) => one.id === id),
          1,
        ),
    };
  };

  const cloud: Cloud = {
    resolveTenant: async (_cloud, tenant) => {
      if ("id" in tenant) return tenant.id;
      const known = tenant.domain === "acme.example" ? tenantId("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa") : undefined;
      if (known === undefined) throw new Failure("auth", "there is no such tenant", { code: "AADSTS90002" });
      return known;
    },
    signIn: async (customer) => {
      requireConsent(customer);
      const expiresAt = new Date(Date.UTC(2030, 0));
      return { tenantId: customer.tenantId, clientId, objectId, credential: "memory", expiresAt };
    },
    directory: async (customer) => directory(customer),
    access: async (customer) => access(customer),
    providerMailbox: async (customer) => {
      requireConsent(customer);
      const { commandQueue, statusQueue } = customer;
      return mailbox({
        outbox: outbox(customer, commandQueue, () => requireClaim(holds(customer, commandQueue, "sender"), "Send")),
        inbox: inbox(customer, statusQueue, () => requireClaim(holds(customer, statusQueue, "receiver"), "Listen")),
      });
    },
    responderMailbox: async (customer) =>
      mailbox({
        outbox: outbox(customer, customer.statusQueue, () => {}),
        inbox: inbox(customer, customer.commandQueue, () => {}),
      }),
  };
  return {
    cloud,
    state,
    messages: (customer: Customer, name: string) => queueOf(customer, name).map(({ message }) => message),
    locked: (customer: Customer, name: string) => queueOf(customer, name).filter(({ locked }) => locked).length,
    put,
  };
}

const incoming = (message: Outgoing, sequenceNumber: bigint): Incoming => ({
  messageId: message.messageId,
  correlationId: message.correlationId,
  subject: message.subject,
  contentType: message.contentType,
  sessionId: message.sessionId,
  sequenceNumber,
  enqueuedAt: new Date(Date.UTC(2026, 0)),
  deliveryCount: 1,
  properties: message.properties ?? {},
  body: message.body,
});
