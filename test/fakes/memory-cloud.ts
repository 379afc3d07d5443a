import {
  type Customer,
  parseGuid,
  parseTenantId,
  type QueueRole,
  queueOf as queueNameOf,
  type TenantId,
} from "../../src/lib/domain/customer.ts";
import type { Incoming, Outgoing } from "../../src/lib/domain/message.ts";
import { type Assignment, roles } from "../../src/lib/domain/role-access.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import type {
  AzureServices,
  Directory,
  NamespaceConnection,
  Receiver,
  RoleAssignments,
  Sender,
} from "../../src/lib/ports/azure-services.ts";
import { incoming as blank } from "./incoming.ts";
import { memoryOutbox } from "./memory-outbox.ts";
import {
  createMemoryClock,
  createMemoryQueue,
  expireLocks,
  isLocked,
  type MemoryQueue,
  memoryInbox,
  memorySession,
  nextSessionId,
} from "./memory-queue.ts";
import { createMemoryRegistrations } from "./memory-registrations.ts";

const providerTenant = parseTenantId("11111111-1111-4111-8111-111111111111");
const clientId = parseGuid("22222222-2222-4222-8222-222222222222");
const objectId = parseGuid("33333333-3333-4333-8333-333333333333");

/** The ports in memory, with the refusals that matter: no consent, no role, no queue. `open` counts unclosed mailboxes. */
export function createMemoryCloud() {
  const admitted = new Set<TenantId>();
  const assignments = new Map<TenantId, Assignment[]>();
  const queues = new Map<string, MemoryQueue>();
  const clock = createMemoryClock();
  const state = { open: 0, ownerTenantId: providerTenant };
  const apps = createMemoryRegistrations(clientId);
  let sequence = 0n;

  const queueAt = (namespace: string, name: string) => {
    const key = `${namespace}/${name}`;
    const queue = queues.get(key) ?? createMemoryQueue(clock);
    queues.set(key, queue);
    return queue;
  };
  const queueOf = (customer: Customer, name: string) => queueAt(customer.namespace, name);
  const putInto = (queue: MemoryQueue, message: Outgoing, state: Incoming["state"] = "active") => {
    sequence += 1n;
    queue.messages.push({ message: { ...incoming(message, sequence), state } });
    return sequence;
  };
  const put = (customer: Customer, name: string, message: Outgoing) => void putInto(queueOf(customer, name), message);
  const holds = ({ tenantId: tenant }: Customer, queue: string, role: "sender" | "receiver") =>
    (assignments.get(tenant) ?? []).some(
      ({ roleId, scope }) => roleId === roles.owner.id || (roleId === roles[role].id && scope.endsWith(`/${queue}`)),
    );
  const requireConsent = (customer: Customer) => {
    if (!admitted.has(customer.tenantId)) throw new Failure("AADSTS700016", `${customer.name} has not consented`);
  };
  const requireClaim = (allowed: boolean, claim: string) => {
    if (!allowed)
      throw new Failure(
        claim === "Manage" ? "ManageClaimMissing" : "UnauthorizedAccess",
        `the app has no ${claim} claim`,
      );
  };

  const sender = (queue: MemoryQueue, authorise: () => void): Sender =>
    memoryOutbox(queue, (message, state) => putInto(queue, message, state), authorise);
  const receiver = (queue: MemoryQueue, authorise: () => void): Receiver => {
    const opened = memoryInbox(queue, queue.messages, { authorise });
    const withoutSession = () => {
      authorise();
      if (queue.requiresSession) throw new Failure("SessionRequired", "the queue requires sessions");
    };
    return { ...memoryInbox(queue, queue.messages, { authorise: withoutSession }), peek: opened.peek };
  };
  type Ends = {
    readonly writes: QueueRole;
    readonly reads: QueueRole;
    readonly send: (queue: string) => () => void;
    readonly listen: (queue: string) => () => void;
  };
  const connection = (customer: Customer, { writes, reads, send, listen }: Ends): NamespaceConnection => {
    state.open += 1;
    const at = (role: QueueRole) => {
      const name = queueNameOf(customer, role);
      return { queue: queueOf(customer, name), sends: send(name), listens: listen(name) };
    };
    const own = at(reads);
    return {
      transport: "amqp",
      sender: async (role = writes) => sender(at(role).queue, at(role).sends),
      receiver: async (role = reads) => receiver(at(role).queue, at(role).listens),
      deadLetters: async (role) => {
        const { queue, listens: authorise } = at(role);
        return memoryInbox(queue, queue.deadLetters, { authorise });
      },
      probeReceiver: async (role = reads) => {
        at(role).listens();
        if (at(role).queue.forwards) throw new Failure("QueueForwards");
        if (at(role).queue.requiresSession) throw new Failure("SessionRequired");
      },
      session: async (id) => {
        own.listens();
        const session = memorySession(own.queue, id, own.listens);
        if (session) return session;
        throw new Failure("SessionCannotBeLocked", "somebody else holds the session");
      },
      nextSession: async () => {
        own.listens();
        const id = nextSessionId(own.queue);
        return id === undefined ? undefined : memorySession(own.queue, id, own.listens);
      },
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
  const access = ({ tenantId: tenant }: Customer): RoleAssignments => {
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

  const azure: AzureServices = {
    credentialFor: async (customer) => ({
      getToken: async () => {
        requireConsent(customer);
        return { token: "t", expiresOnTimestamp: Date.now() + 3600_000 };
      },
    }),
    resolveTenant: async (_cloud, tenant) => {
      if ("id" in tenant) return tenant.id;
      const known =
        tenant.domain === "acme.example" ? parseTenantId("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa") : undefined;
      if (known === undefined) throw new Failure("AADSTS90002", "there is no such tenant");
      return known;
    },
    confirmTenant: async () => {},
    signIn: async (customer) => {
      requireConsent(customer);
      const expiresAt = new Date(Date.UTC(2030, 0));
      return { tenantId: customer.tenantId, clientId, objectId, credential: "memory", expiresAt };
    },
    tryCredential: async (credential, tenant, whose) => {
      await apps.checkCredential(credential, tenant);
      if (tenant !== providerTenant && !admitted.has(tenant))
        throw new Failure("AADSTS700016", `${whose} has not consented`);
      return {
        tenantId: tenant,
        clientId,
        objectId,
        credential: credential.kind,
        expiresAt: new Date(Date.UTC(2030, 0)),
      };
    },
    fingerprint: apps.proof,
    appRegistrations: async () => apps.registrations,
    directory: async (customer) => directory(customer),
    roleAssignments: async (customer) => access(customer),
    connectAsProvider: async (customer) => {
      requireConsent(customer);
      return connection(customer, {
        writes: "command",
        reads: "status",
        send: (queue) => () => requireClaim(holds(customer, queue, "sender"), "Send"),
        listen: (queue) => () => requireClaim(holds(customer, queue, "receiver"), "Listen"),
      });
    },
    connectAsResponder: async (customer) => {
      const free = () => () => {};
      return connection(customer, { writes: "status", reads: "command", send: free, listen: free });
    },
    countMessages: async (customer, role) => {
      requireConsent(customer);
      const managed = (assignments.get(customer.tenantId) ?? []).some(({ roleId }) => roleId === roles.owner.id);
      requireClaim(managed, "Manage");
      const { messages, deadLetters } = queueOf(customer, queueNameOf(customer, role));
      const inState = (wanted: Incoming["state"]) =>
        messages.filter(({ message: { state } }) => state === wanted).length;
      const active = inState("active") + inState("deferred");
      return { active, scheduled: inState("scheduled"), deadLetter: deadLetters.length };
    },
    providerQueue: async ({ namespace, queue }) => {
      state.open += 1;
      const close = async () => {
        state.open -= 1;
      };
      return { ...sender(queueAt(namespace, queue), () => {}), [Symbol.asyncDispose]: close };
    },
  };
  const current = (customer: Customer, name: string) => {
    const queue = queueOf(customer, name);
    expireLocks(queue);
    return queue;
  };
  const listed = (entries: readonly { readonly message: Incoming }[]) => entries.map(({ message }) => message);
  return {
    cloud: azure,
    state,
    apps,
    messages: (customer: Customer, name: string) => listed(current(customer, name).messages),
    deadLetters: (customer: Customer, name: string) => listed(current(customer, name).deadLetters),
    locked: (customer: Customer, name: string) => {
      const queue = queueOf(customer, name);
      return queue.messages.filter((entry) => isLocked(queue, entry)).length;
    },
    /** The time by which locks end. */
    clock,
    /** The next calls to the queue are throttled. */
    throttle: (customer: Customer, name: string, calls: number) => {
      queueOf(customer, name).throttledCalls = calls;
    },
    /** Defers a message or a dead letter. */
    defer: (customer: Customer, name: string, sequenceNumber: bigint) => {
      const { messages, deadLetters } = queueOf(customer, name);
      for (const entry of [...messages, ...deadLetters])
        if (entry.message.sequenceNumber === sequenceNumber) entry.message = { ...entry.message, state: "deferred" };
    },
    forward: (customer: Customer, name: string) => {
      queueOf(customer, name).forwards = true;
    },
    /** From now on the queue gives its messages session by session. */
    requireSessions: (customer: Customer, name: string) => {
      queueOf(customer, name).requiresSession = true;
    },
    /** The messages in a queue of the provider. */
    owned: (namespace: string, name: string) => listed(queueAt(namespace, name).messages),
    put,
  };
}

const incoming = (message: Outgoing, sequenceNumber: bigint): Incoming => blank({ ...message, sequenceNumber });
