import { InvalidArgumentError } from "commander";
import fc from "fast-check";
import { MalformedAmqp } from "../../sandbox/src/service-bus/messages/amqp-decode.ts";
import { parseMessage } from "../../sandbox/src/service-bus/messages/message-payload.ts";
import { parseDuration } from "../../src/cli/options/times.ts";
import { styleFor } from "../../src/cli/output/style.ts";
import { view as pollView } from "../../src/commands/poll.ts";
import { parseConfig } from "../../src/lib/config/config.ts";
import { azureClouds } from "../../src/lib/domain/cloud-endpoints.ts";
import {
  parseCustomerName,
  parseGuid,
  parseNamespaceHost,
  parseQueueName,
  parseTag,
  parseTenantReference,
} from "../../src/lib/domain/customer.ts";
import { draftOf } from "../../src/lib/domain/message-line.ts";
import { parseProperty } from "../../src/lib/domain/message-property.ts";
import { messageRecord } from "../../src/lib/domain/message-record.ts";
import { plainLine, plainText } from "../../src/lib/domain/plain-text.ts";
import { asFailure, Failure, failureRecord } from "../../src/lib/errors/failure.ts";
import { failedRecord, receivedRecord } from "../../src/lib/receive/receive-record.ts";
import { acme, configDocument } from "../fakes/config-document.ts";
import { incoming } from "../fakes/incoming.ts";
import { foreignJson, foreignText } from "./foreign-text.ts";

/** A property that holds for all input from outside. */
export type Target = { readonly name: string; readonly property: fc.IRawProperty<[unknown]> };

const target = <T>(name: string, from: fc.Arbitrary<T>, holds: (input: T) => void): Target => ({
  name,
  property: fc.property(from, (input) => {
    holds(input);
    if (Object.keys(Object.prototype).length > 0 || "isAdmin" in {}) throw new Error("Object.prototype was changed");
  }) as fc.IRawProperty<[unknown]>,
});

const must = (is: boolean, what: string) => {
  if (!is) throw new Error(what);
};

/**
 * A parser reports an expected problem with a plain Error. A TypeError or RangeError is unintended and therefore a bug.
 */
function orRefused<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    const isMeant = [Failure, MalformedAmqp, InvalidArgumentError].some((kind) => error instanceof kind);
    if (isMeant || (error instanceof Error && error.constructor === Error)) return undefined;
    throw error;
  }
}

/** A terminal that detects every control sequence. It follows ECMA-48, not our own pattern. */
function obeys(text: string): boolean {
  return [...text].some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20 ? code !== 0x0a && code !== 0x09 : (code >= 0x7f && code < 0xa0) || reorders(code);
  });
}

const reorders = (code: number) =>
  (code >= 0x202a && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069) ||
  (code >= 0x200b && code <= 0x200f) ||
  code === 0x61c;

const domainParsers: readonly [string, (text: string) => unknown, RegExp][] = [
  ["a Customer's name", parseCustomerName, /^[a-z0-9][a-z0-9-]*$/],
  ["a GUID", parseGuid, /^[0-9a-f-]{36}$/],
  [
    "a namespace's host",
    (text) => parseNamespaceHost(text, azureClouds.public.serviceBusSuffix),
    /^[a-z][a-z0-9-]+\.servicebus\.windows\.net$/,
  ],
  ["a queue's name", parseQueueName, /^[\w.\-/]+$/],
];

const plainStyle = styleFor(process.stdout, { NO_COLOR: "1" }, false);

export const targets: readonly Target[] = [
  target(
    "the output of a poll contains no control sequence, and has one line for each result",
    fc.tuple(foreignText, foreignJson),
    ([text, body]) => {
      const bytes = Buffer.from(typeof body === "string" ? body : (JSON.stringify(body) ?? ""));
      const shown = [
        pollView(receivedRecord(acme(), incoming({ messageId: text, correlationId: text, body: bytes })), plainStyle),
        pollView(failedRecord(acme(), new Failure("ServiceTimeout", text, { detail: text })), plainStyle),
      ];
      for (const one of shown) must(!obeys(one), "a control came through");
      must(!shown[0]?.includes("\n"), "a message took two lines");
    },
  ),
  target("text for a terminal contains no control sequence", foreignText, (text) => {
    must(!obeys(plainText(text)), "a control came through");
    must(!/[\n\t]/.test(plainLine(text)) && !obeys(plainLine(text)), "it is not one plain line");
  }),
  ...domainParsers.map(([name, parse, shape]) =>
    target(`${name} is valid or refused`, foreignText, (text) => {
      const value = orRefused(() => parse(text));
      must(value === undefined || shape.test(String(value)), `it was taken as ${JSON.stringify(value)}`);
    }),
  ),
  target("durations, tags, properties and tenants are accepted or refused", foreignText, (text) => {
    const parsers = [
      parseDuration,
      parseTag,
      parseTenantReference,
      parseProperty,
      (one: string) => parseProperty(`p:datetime=${one}`),
    ];
    for (const parse of parsers) orRefused(() => parse(text));
  }),
  target("a config is accepted or its mistakes are named", foreignJson, (value) => {
    parseConfig(value, "xtenant.json");
    parseConfig({ ...configDocument(), provider: value }, "xtenant.json");
    parseConfig({ ...configDocument(), customers: value }, "xtenant.json");
  }),
  target(
    "a message becomes one line of JSON",
    fc.tuple(foreignJson, foreignText, fc.dictionary(foreignText, foreignText)),
    ([body, id, properties]) => {
      const bytes = Buffer.from(JSON.stringify(body) ?? "");
      const record = messageRecord(incoming({ messageId: id, body: bytes, properties }));
      const line = JSON.stringify(record);
      must(!line.includes("\n") && JSON.parse(line).messageId === record.messageId, "it is not one line");
      must(Object.keys(record.properties).length === Object.keys(properties).length, "a property was lost");
    },
  ),
  target("a line for send is accepted or refused", foreignJson, (value) => void orRefused(() => draftOf(value))),
  target("a failure about foreign text is one line of JSON", foreignText, (text) => {
    const line = JSON.stringify(failureRecord(asFailure(new Failure("ServiceTimeout", text, { detail: text }))));
    must(!line.includes("\n"), "it is not one line");
  }),
  target("bytes from a client are a message or malformed", fc.uint8Array({ maxLength: 200 }), (bytes) => {
    orRefused(() => parseMessage(Buffer.from(bytes)));
  }),
];
