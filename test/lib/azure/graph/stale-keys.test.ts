import { expect, test } from "vitest";
import { parseGuid } from "../../../../src/lib/domain/customer.ts";
import { ids } from "../../../fakes/config-document.ts";
import { openRecordedCloud } from "../../../recorded/recorded-cloud.ts";

const [old, fresh] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
const key = (keyId: string) => ({ keyId, displayName: keyId, endDateTime: "2030-01-01T00:00:00Z", key: null });

/** The app with both keys, as the command has read it, and a directory whose first answers are of an earlier state. */
async function openLaggingDirectory(staleAnswers: number) {
  let reads = 0;
  const cloud = await openRecordedCloud((service, { method, path }) => {
    if (service !== "graph" || !/\/applications\/[^/?]+(?:\?|$)/.test(path)) return undefined;
    if (method === "PATCH") return { status: 204 };
    reads += 1;
    return { status: 200, body: { keyCredentials: reads > staleAnswers ? [key(old), key(fresh)] : [key(old)] } };
  });
  const credentials = [old, fresh].map((id) => ({
    kind: "certificate" as const,
    id,
    name: id,
    thumbprint: "",
    endsAt: new Date("2030-01-01"),
  }));
  const app = {
    objectId: parseGuid(ids.principal),
    clientId: cloud.config.provider.clientId,
    displayName: "app",
    audience: "AzureADMultipleOrgs",
    redirectUris: [],
    isLocked: true,
    permissions: [],
    credentials,
  };
  const registrations = await cloud.azure.appRegistrations(cloud.config);
  const written = () =>
    cloud.requests
      .filter(({ method }) => method === "PATCH")
      .map(({ body }) => JSON.parse(body).keyCredentials.map((one: { keyId?: string }) => one.keyId ?? "added"));
  return { app, registrations, written, [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose]() };
}

test("a key that a lagging replica does not show is not lost when another is added", async () => {
  await using directory = await openLaggingDirectory(2);

  await directory.registrations.addCertificate(directory.app, { name: "third", der: "AAAA" });

  expect(directory.written()).toEqual([[old, fresh, "added"]]);
});

test("a key that a lagging replica does not show is not lost when another is removed", async () => {
  await using directory = await openLaggingDirectory(1);
  const [before] = directory.app.credentials;

  await directory.registrations.removeCredential(directory.app, before as NonNullable<typeof before>);

  expect(directory.written()).toEqual([[fresh]]);
});

test("nothing is written when the key is absent already", async () => {
  await using directory = await openLaggingDirectory(0);
  const absent = { ...directory.app.credentials[0], id: "33333333-3333-4333-8333-333333333333" };

  await directory.registrations.removeCredential(directory.app, absent as never);

  expect(directory.written()).toEqual([]);
});
