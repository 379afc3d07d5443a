import { MessagingError } from "@azure/service-bus";
import { describe, expect, test } from "vitest";
import { mapAzureError } from "../../../src/lib/azure/error-mapping.ts";
import { openDirectory } from "../../../src/lib/azure/graph/directory.ts";
import type { CloudEndpoints } from "../../../src/lib/domain/cloud-endpoints.ts";
import { parseGuid } from "../../../src/lib/domain/customer.ts";
import { Failure } from "../../../src/lib/errors/failure.ts";
import { ids } from "../../fakes/config-document.ts";
import { fakeCredential, token } from "../../fakes/credential.ts";

const place = { customer: "acme", tenant: ids.acme, namespace: "acme-messages.servicebus.windows.net" };

test("an AMQP error without a code is called GeneralError, not 'undefined'", () => {
  expect(mapAzureError(new MessagingError("broken"), place)).toMatchObject({
    kind: "unavailable",
    code: "GeneralError",
  });
});

test.each(["Unknown error encountered.", "Unknown error occurred on the AMQP connection while receiving messages."])(
  "the libraries' error for a connection that ended without a reason is an outage, not a bug of xtenant: %s",
  (said) => {
    expect(mapAzureError(new Error(said), place)).toMatchObject({
      kind: "unavailable",
      retryable: true,
    });
  },
);

test.each([
  Object.assign(new Error("connect EMFILE 10.0.0.1:5671 - Local (undefined:undefined)"), { code: "EMFILE" }),
  new TypeError("fetch failed", { cause: Object.assign(new Error("socket"), { code: "ENFILE" }) }),
  new MessagingError("SystemError: getaddrinfo EMFILE acme.servicebus.windows.net"),
])("a process without file descriptors is not taken for an outage of the network", (error) => {
  expect(mapAzureError(error, place)).toMatchObject({
    kind: "unavailable",
    code: "TooManyOpenFiles",
    actor: "operator",
  });
});

test("a link that is detached because its role was removed is reported as the missing role", () => {
  const said =
    "The link 'statuses-1' is force detached. Code: RenewToken. Details: Unauthorized access. 'Listen' claim(s) are required to perform this operation. Resource: 'sb://x'";

  expect(mapAzureError(new MessagingError(said), place)).toMatchObject({
    kind: "forbidden",
    code: "UnauthorizedAccess",
  });
});

describe("a request to the directory", () => {
  // Port 1 of loopback: nobody listens there.
  const cloud: CloudEndpoints = {
    name: "nowhere",
    authorityHost: "https://localhost:1",
    graphEndpoint: "https://localhost:1",
    armEndpoint: "https://localhost:1",
    serviceBusSuffix: "servicebus.localhost",
    federationAudience: "api://AzureADTokenExchange",
    sandbox: { serviceBusEndpoint: "sb://localhost:1", managedIdentityEndpoint: "http://localhost:1", caFile: "/ca" },
  };
  const find = async (answer: Parameters<typeof fakeCredential>[0]) =>
    (await openDirectory(cloud, fakeCredential(answer).credential, place)).findServicePrincipal(parseGuid(ids.app));

  test("without an answer may succeed later, and is not a usage error", async () => {
    await expect(find(async () => token({}))).rejects.toMatchObject({ kind: "unavailable", retryable: true });
  });

  test("with a token that was refused fails with that refusal", async () => {
    const refusal = new Failure("TokenMismatch", "refused a token for tenant x");

    await expect(find(() => Promise.reject(refusal))).rejects.toMatchObject({ kind: "auth", code: "TokenMismatch" });
  });
});

test("a service without a message leaves no empty line", () => {
  const silent = Object.assign(new Error(""), { statusCode: 503 });

  expect(mapAzureError(silent, { customer: "acme", tenant: "t", namespace: "n" })).toMatchObject({ detail: undefined });
});
