import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Config } from "../../../src/lib/config/config.ts";
import { findCustomer } from "../../../src/lib/config/select-customers.ts";
import { type Customer, parseCustomerName } from "../../../src/lib/domain/customer.ts";
import { wantedAssignments } from "../../../src/lib/domain/role-access.ts";
import type { AzureServices, ProviderQueue } from "../../../src/lib/ports/azure-services.ts";

export type Setup = {
  readonly azure: AzureServices;
  readonly config: Config;
  /** A queue of the provider that its app may send to. */
  readonly own: ProviderQueue;
  /** Turns the customer's status queue into a queue with sessions. */
  requireSessions(customer: Customer): Promise<void>;
  /** Time passes at the service. A lock of tailspin's status queue lasts 5,000 of these milliseconds. */
  passTime(milliseconds: number): Promise<void>;
  close(): Promise<void>;
};

/** What every implementation of the ports does: the same suite keeps the cloud in memory honest against the real SDKs. */
export function cloudContract(name: string, open: () => Promise<Setup>) {
  describe(name, () => {
    let setup: Setup;
    beforeAll(async () => {
      setup = await open();
    });
    afterAll(() => setup.close());
    const customer = (word: string) => findCustomer(setup.config, parseCustomerName(word));
    const clientId = () => setup.config.provider.clientId;

    async function consented(word: string) {
      const directory = await setup.azure.directory(customer(word));
      await directory.provisionServicePrincipal(clientId());
      return setup.azure.signIn(customer(word));
    }

    async function granted(word: string, role: Customer["access"] = "data-owner") {
      const { objectId } = await consented(word);
      const access = await setup.azure.roleAssignments(customer(word));
      for (const wanted of wantedAssignments(customer(word), objectId, { role })) await access.assign(wanted);
      return objectId;
    }

    test("before consent there is no token, and the failure is retryable", async () => {
      await expect(setup.azure.signIn(customer("tailspin"))).rejects.toMatchObject({
        kind: "auth",
        code: "AADSTS700016",
        retryable: true,
      });
    });

    test("a tenant is found by a verified domain; one that is not there is named as such", async () => {
      const { azure, config } = setup;

      expect(await azure.resolveTenant(config.cloud, { domain: "acme.example" })).toBe(customer("acme").tenantId);
      expect(await azure.resolveTenant(config.cloud, { id: customer("acme").tenantId })).toBe(
        customer("acme").tenantId,
      );
      await expect(azure.resolveTenant(config.cloud, { domain: "nowhere.example" })).rejects.toMatchObject({
        kind: "auth",
        code: "AADSTS90002",
      });
    });

    test("a service principal is created once, found, and removed once", async () => {
      const directory = await setup.azure.directory(customer("tailspin"));

      expect(await directory.findServicePrincipal(clientId())).toBeUndefined();
      expect(await directory.provisionServicePrincipal(clientId())).toBe("created");
      expect(await directory.provisionServicePrincipal(clientId())).toBe("existing");
      expect(await directory.findServicePrincipal(clientId())).toMatchObject({
        accountEnabled: true,
        ownerTenantId: setup.config.provider.tenantId,
      });
      expect(await directory.removeServicePrincipal(clientId())).toBe("removed");
      expect(await directory.removeServicePrincipal(clientId())).toBe("absent");
    });

    test("the token identifies the service principal of that tenant", async () => {
      const principal = await consented("fabrikam");
      const directory = await setup.azure.directory(customer("fabrikam"));

      expect(principal.tenantId).toBe(customer("fabrikam").tenantId);
      expect(principal.objectId).toBe((await directory.findServicePrincipal(clientId()))?.objectId);
    });

    test("without a role both ends are refused, as a retryable failure", async () => {
      await consented("fabrikam");
      await using connection = await setup.azure.connectAsProvider(customer("fabrikam"));
      const refusal = { kind: "forbidden", code: "UnauthorizedAccess", retryable: true };

      await expect((await connection.sender()).probe()).rejects.toMatchObject(refusal);
      await expect((await connection.receiver()).peek(1)).rejects.toMatchObject(refusal);
    });

    test("an assignment is made once, listed at its scope and from above, and removed", async () => {
      const objectId = await granted("fabrikam", "least-privilege");
      const access = await setup.azure.roleAssignments(customer("fabrikam"));
      const [sender] = wantedAssignments(customer("fabrikam"), objectId, { role: "least-privilege" });
      const namespace = sender?.scope.replace(/\/queues\/.*$/, "") ?? "";

      expect(sender && (await access.assign(sender))).toBe("existing");
      const held = await access.list(namespace, objectId);
      expect(held.map(({ id }) => id.split("/").at(-1))).toContain(sender?.name);
      for (const assignment of held) await access.remove(assignment);
      expect(await access.list(namespace, objectId)).toEqual([]);
    });

    test("a command reaches the responder, its status reaches the provider, byte for byte", async () => {
      await granted("acme");
      await using provider = await setup.azure.connectAsProvider(customer("acme"));
      await using responder = await setup.azure.connectAsResponder(customer("acme"));
      const body = new Uint8Array([0, 255, 10, 123]);
      await (await provider.sender()).send({
        messageId: "c-1",
        body,
        subject: "deploy",
        properties: { n: 1, yes: true, text: "ä" },
      });

      const [command] = await (await responder.receiver()).receive(1, 5_000);
      await (await responder.sender()).send({ messageId: "s-1", correlationId: "c-1", body });
      await command?.complete();
      const [status] = await (await provider.receiver()).receive(1, 5_000);
      await status?.complete();

      expect(command?.message).toMatchObject({
        messageId: "c-1",
        subject: "deploy",
        deliveryCount: 1,
        properties: { n: 1, yes: true, text: "ä" },
      });
      expect(new Uint8Array(command?.message.body as Uint8Array)).toEqual(body);
      expect(status?.message).toMatchObject({ messageId: "s-1", correlationId: "c-1" });
      expect(await (await responder.receiver()).peek(10)).toEqual([]);
    });

    test("an abandoned message comes again and counts one more delivery; a peeked message does not", async () => {
      await granted("acme");
      await using responder = await setup.azure.connectAsResponder(customer("acme"));
      await using provider = await setup.azure.connectAsProvider(customer("acme"));
      await (await responder.sender()).send({ messageId: "s-2", body: Buffer.from("x") });
      const receiver = await provider.receiver();

      await receiver.peek(1);
      const [first] = await receiver.receive(1, 5_000);
      await first?.abandon();
      const [second] = await receiver.receive(1, 5_000);
      await second?.complete();

      expect([first?.message.deliveryCount, second?.message.deliveryCount]).toEqual([1, 2]);
    });

    test("a tail hands out what arrives, and after the signal nothing is left locked", async () => {
      await granted("acme");
      await using responder = await setup.azure.connectAsResponder(customer("acme"));
      await using provider = await setup.azure.connectAsProvider(customer("acme"));
      const sender = await responder.sender();
      const stop = new AbortController();
      const seen: (string | undefined)[] = [];
      await sender.send({ messageId: "t-1", body: Buffer.from("1") });

      for await (const some of (await provider.receiver()).tail(stop.signal)) {
        seen.push(...some.map(({ message }) => message.messageId));
        for (const held of some) await held.complete();
        if (seen.length === 1) await sender.send({ messageId: "t-2", body: Buffer.from("2") });
        if (seen.length === 2) stop.abort();
      }

      expect(seen).toEqual(["t-1", "t-2"]);
      expect(await (await provider.receiver()).peek(10)).toEqual([]);
    });

    test("a tail that is refused ends with that failure instead of retrying indefinitely", async () => {
      await consented("fabrikam");
      await using provider = await setup.azure.connectAsProvider(customer("fabrikam"));
      const tail = (await provider.receiver()).tail(new AbortController().signal);

      await expect(Array.fromAsync(tail)).rejects.toMatchObject({ kind: "forbidden" });
    });

    test("a message moved to the dead letters is found there with its reason, and taken from there", async () => {
      await granted("acme");
      await using responder = await setup.azure.connectAsResponder(customer("acme"));
      await using provider = await setup.azure.connectAsProvider(customer("acme"));
      await (await responder.sender()).send({ messageId: "d-1", body: Buffer.from("x") });
      const deadLetters = await provider.deadLetters("status");

      const [held] = await (await provider.receiver()).receive(1, 5_000);
      await held?.renewLock();
      await held?.deadLetter("Unreadable", "no JSON");
      const [dead] = await deadLetters.receive(1, 5_000);
      await dead?.complete();

      expect(held?.lockedUntil.getTime()).toBeGreaterThan(Date.now());
      expect(dead?.message).toMatchObject({
        messageId: "d-1",
        state: "active",
        deadLetterReason: "Unreadable",
        deadLetterErrorDescription: "no JSON",
      });
      expect(await deadLetters.peek(10)).toEqual([]);
      expect(await (await provider.receiver("status")).peek(10)).toEqual([]);
    });

    test("what a queue holds is counted for Data Owner, and for nobody with less", async () => {
      await granted("acme");
      await using provider = await setup.azure.connectAsProvider(customer("acme"));
      const sender = await provider.sender("command");
      const before = await setup.azure.countMessages(customer("acme"), "command");
      await sender.send({ messageId: "k-1", body: Buffer.from("x") });
      await sender.send({ messageId: "k-2", body: Buffer.from("x") });
      await sender.schedule([{ messageId: "k-3", body: Buffer.from("x") }], new Date(Date.now() + 3600_000));
      const [held] = await (await provider.receiver("command")).receive(1, 5_000);
      await held?.deadLetter("Unwanted", "of no use");

      expect(await setup.azure.countMessages(customer("acme"), "command")).toEqual({
        active: before.active + 1,
        deadLetter: before.deadLetter + 1,
        scheduled: before.scheduled + 1,
      });
      await consented("fabrikam");
      await expect(setup.azure.countMessages(customer("fabrikam"), "status")).rejects.toMatchObject({
        kind: "forbidden",
        code: "ManageClaimMissing",
      });
    });

    test("a message whose lock has ended is delivered again, and its first holder cannot settle it", async () => {
      await granted("tailspin");
      await using responder = await setup.azure.connectAsResponder(customer("tailspin"));
      await using provider = await setup.azure.connectAsProvider(customer("tailspin"));
      await (await responder.sender()).send({ messageId: "l-1", body: Buffer.from("x") });
      const receiver = await provider.receiver();

      const [first] = await receiver.receive(1, 5_000);
      await setup.passTime(6_000);
      const [second] = await receiver.receive(1, 5_000);

      expect([first?.message.deliveryCount, second?.message.deliveryCount]).toEqual([1, 2]);
      await expect(first?.complete()).rejects.toMatchObject({ kind: "unavailable", code: "MessageLockLost" });
      await second?.complete();
      expect(await receiver.peek(10)).toEqual([]);
    }, 60_000);

    test("a lock that is renewed lasts longer", async () => {
      await granted("tailspin");
      await using responder = await setup.azure.connectAsResponder(customer("tailspin"));
      await using provider = await setup.azure.connectAsProvider(customer("tailspin"));
      await (await responder.sender()).send({ messageId: "l-2", body: Buffer.from("x") });
      const receiver = await provider.receiver();

      const [held] = await receiver.receive(1, 5_000);
      const before = held?.lockedUntil.getTime() ?? 0;
      await setup.passTime(3_500);
      await held?.renewLock();
      await setup.passTime(3_500);
      await held?.complete();

      expect(held?.lockedUntil.getTime()).toBeGreaterThan(before);
      expect(await receiver.peek(10)).toEqual([]);
    }, 60_000);

    test("a message that is abandoned at its tenth delivery becomes a dead letter", async () => {
      await granted("tailspin");
      await using responder = await setup.azure.connectAsResponder(customer("tailspin"));
      await using provider = await setup.azure.connectAsProvider(customer("tailspin"));
      await (await responder.sender()).send({ messageId: "m-1", body: Buffer.from("x") });
      const receiver = await provider.receiver();
      const counts: (number | undefined)[] = [];

      for (let delivery = 1; delivery <= 10; delivery += 1) {
        const [held] = await receiver.receive(1, 5_000);
        counts.push(held?.message.deliveryCount);
        await held?.abandon();
      }
      const [dead] = await (await provider.deadLetters("status")).receive(1, 5_000);
      await dead?.complete();

      expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(dead?.message).toMatchObject({ messageId: "m-1", deadLetterReason: "MaxDeliveryCountExceeded" });
      expect(await receiver.peek(10)).toEqual([]);
    }, 60_000);

    test("a queue with sessions is read session by session; a plain receiver hears why not", async () => {
      await granted("fabrikam");
      await setup.requireSessions(customer("fabrikam"));
      await using responder = await setup.azure.connectAsResponder(customer("fabrikam"));
      await using provider = await setup.azure.connectAsProvider(customer("fabrikam"));
      await using other = await setup.azure.connectAsProvider(customer("fabrikam"));
      const sender = await responder.sender();
      for (const [messageId, sessionId] of ["a", "b", "a"].entries())
        await sender.send({ messageId: String(messageId), sessionId, body: Buffer.from("x") });

      await expect((await provider.receiver()).receive(1, 100)).rejects.toMatchObject({ code: "SessionRequired" });
      const read: (string | undefined)[] = [];
      {
        await using first = await provider.nextSession(5_000);
        await expect(other.session("a")).rejects.toMatchObject({ kind: "conflict", code: "SessionCannotBeLocked" });
        await using second = await other.session("b");
        for (const session of [first, second])
          while (true) {
            const [held] = (await session?.receive(1, 200)) ?? [];
            if (held === undefined) break;
            await held.renewLock();
            read.push(`${session?.id}${held.message.messageId}`);
            await held.complete();
          }
        expect(await provider.nextSession(200)).toBeUndefined();
      }

      expect(read).toEqual(["a0", "a2", "b1"]);
    });

    test("the provider's own queue accepts messages", async () => {
      await using own = await setup.azure.providerQueue(setup.own);

      await own.probe();
      await own.send({ messageId: "f-1", body: Buffer.from("x") });
    });
  });
}
