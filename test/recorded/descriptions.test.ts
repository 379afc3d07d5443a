import { translate } from "@azure/core-amqp";
import { ServiceBusError } from "@azure/service-bus";
import { describe, expect, test } from "vitest";
import { mapAzureError } from "../../src/lib/azure/error-mapping.ts";
import { findCode } from "../../src/lib/errors/catalog/catalog.ts";
import { codeOfServiceText } from "../../src/lib/errors/service-bus-texts.ts";
import { type BusFact, busFacts } from "./bus-facts.ts";
import { httpFacts } from "./facts.ts";

const place = { customer: "acme", tenant: "t", namespace: "acme-bus.servicebus.windows.net" };

/** The client's error for an AMQP error of the service, as the client itself makes it. */
function clientError({ at, condition, description }: BusFact): Error {
  const status: Readonly<Record<string, string>> = { 401: "amqp:unauthorized-access", 404: "amqp:not-found" };
  const name = at === "put-token" ? (status[condition] ?? "") : String(condition);
  const translated = translate(Object.assign(new Error(description), { condition: name, description }));
  return translated.name === "MessagingError"
    ? new ServiceBusError(translated as ConstructorParameters<typeof ServiceBusError>[0])
    : translated;
}

describe("what Service Bus says is mapped to what it means", () => {
  test.each(busFacts)("$id is $expected.code", (fact) => {
    const failure = mapAzureError(clientError(fact), place);

    expect(failure).toMatchObject({ ...fact.expected, detail: expect.stringMatching(/\w/) });
  });
});

/** Texts whose code is not in them. */
const texts = busFacts.filter(({ expected: { code } }) =>
  ["UnauthorizedAccess", "InvalidIssuer", "TokenNotAccepted", "IpNotAllowed", "SessionRequired"].includes(code),
);

describe("what people paste is found", () => {
  test.each(texts)("$id is $expected.code", ({ description, expected }) => {
    expect(findCode(description) ?? codeOfServiceText(description)).toBe(expected.code);
  });

  const ofEntra = httpFacts.filter(
    ({ service, expected }) => service === "entra" && expected.code.startsWith("AADSTS"),
  );
  test.each(ofEntra)("$id is $expected.code", ({ answer, expected }) => {
    expect(findCode(JSON.stringify(answer.body))).toBe(expected.code);
  });
});

test("each fact has a name of its own, a source and a date", () => {
  const facts = [...httpFacts, ...busFacts];

  expect(new Set(facts.map(({ id }) => id)).size).toBe(facts.length);
  for (const { source, date } of facts)
    expect([source, date]).toEqual([expect.stringMatching(/\w{3}/), expect.stringMatching(/^20\d\d-\d\d/)]);
});
