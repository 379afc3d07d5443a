import { describe, expect, test } from "vitest";
import { mapAzureError } from "../../../src/lib/azure/error-mapping.ts";
import { controlPlaneRemedies } from "../../../src/lib/errors/catalog/control-plane.ts";
import { entraRemedies } from "../../../src/lib/errors/catalog/entra.ts";
import { serviceBusRemedies } from "../../../src/lib/errors/catalog/service-bus.ts";
import { Failure } from "../../../src/lib/errors/failure.ts";
import { brokerError, restError } from "../../fakes/azure-errors.ts";
import { ids } from "../../fakes/config-document.ts";

const place = { customer: "acme", tenant: ids.acme, namespace: "acme-messages.servicebus.windows.net" };

function failureOf(error: Error): Failure {
  const failure = mapAzureError(error, place);
  if (failure instanceof Failure) return failure;
  throw new Error(`not translated: ${error.message}`, { cause: error });
}

/** The texts by which the broker and Resource Manager tell apart what they give the same code. */
const refusals: Readonly<Record<string, string>> = {
  InvalidIssuer: "InvalidIssuer: Token issuer is invalid. TrackingId:1",
  ConditionNotFulfilled: "The client does not have authorization or an ABAC condition not fulfilled to perform action.",
  IpNotAllowed: "Ip has been prevented to connect to the endpoint.",
};

const known: readonly (readonly [code: string, remedy: (typeof entraRemedies)[string], error: Error])[] = [
  ...Object.entries(entraRemedies).map(([code, remedy]) => [code, remedy, new Error(`${code}: refused.`)] as const),
  ...Object.entries(controlPlaneRemedies).map(([code, remedy]) => {
    const text = refusals[code];
    return [code, remedy, text ? restError(403, "AuthorizationFailed", text) : restError(400, code)] as const;
  }),
  ...Object.entries(serviceBusRemedies).map(([code, remedy]) => {
    const text = refusals[code];
    return [code, remedy, text ? brokerError("UnauthorizedAccess", text) : brokerError(code, "refused")] as const;
  }),
];

test("the tables have codes of all three services", () => {
  expect(known.length).toBeGreaterThan(40);
  expect(new Set(known.map(([code]) => code)).size).toBe(known.length);
});

describe.each(known)("%s", (code, remedy, error) => {
  const failure = failureOf(error);

  test("becomes a failure of its remedy's kind, actor and prospect", () => {
    const { kind, actor } = remedy;

    expect(failure).toMatchObject({ code, kind, actor, retryable: remedy.retryable === true, cause: error });
  });

  test("tells what happened and what to do with every place filled in", () => {
    expect(`${failure.message} ${failure.hint}`).not.toMatch(/[{}]|undefined/);
    expect(failure.message).toContain(`(${code})`);
    expect(failure.message).not.toContain("\n");
    expect(failure.hint).toMatch(/\w/);
  });

  test("keeps the service's own words", () => {
    expect(failure.detail).toContain(error.message);
  });
});
