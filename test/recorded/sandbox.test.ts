import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { createTestSandbox } from "../../sandbox/test/test-sandbox.ts";
import { allowedGaps, type Exchange, exchanges, type RecordedReply } from "./exchanges.ts";

/** How an answer differs from the recorded one, field by field. */
async function differences(response: Response, { status, contentType, code, number, paths, headers }: RecordedReply) {
  const text = await response.text();
  const isXml = /^\s*</.test(text);
  const body: unknown = /^\s*[{[]/.test(text) ? JSON.parse(text) : {};
  const has = (path: string) =>
    isXml ? new RegExp(`<(?:\\w+:)?${path}[\\s/>]`).test(text) : valueAt(body, path) !== undefined;
  const found = isXml ? /<Code>(\w+)<\/Code>/.exec(text)?.[1] : (valueAt(body, "error.code") ?? valueAt(body, "error"));
  return [
    ...(response.status === status ? [] : ["status"]),
    ...(mediaType(response.headers.get("content-type")) === mediaType(contentType) ? [] : ["content-type"]),
    ...(code === undefined || found === code ? [] : ["code"]),
    ...(number === undefined || valueAt(body, "error_codes.0") === number ? [] : ["number"]),
    ...paths.filter((path) => !has(path)).map((path) => `path ${path}`),
    ...(headers ?? []).filter((name) => !response.headers.has(name)).map((name) => `header ${name}`),
  ];
}

/** Without blanks, which the services of Azure set in different ways, and without a charset: JSON has one only. */
const mediaType = (text: string | null) =>
  (text ?? "")
    .toLowerCase()
    .replaceAll(/\s/g, "")
    .replace(/;charset=utf-8$/, "");

function valueAt(value: unknown, path: string): unknown {
  let found: unknown = value;
  for (const key of path.split(".")) found = (found as Record<string, unknown> | undefined)?.[key];
  return found;
}

const ask = async ({ ask: request, reply }: Exchange) => differences(await request(await createTestSandbox()), reply);

describe("the sandbox answers a recorded request as Azure did", () => {
  test.each(exchanges)("$id", async (exchange) => {
    const allowed = allowedGaps[exchange.id]?.fields ?? [];

    expect(await ask(exchange)).toEqual(allowed);
  });
});

test("a gap belongs to an exchange, and has a reason", () => {
  for (const [id, { fields, why }] of Object.entries(allowedGaps)) {
    expect(exchanges.map((one) => one.id)).toContain(id);
    expect([id, fields.length > 0, why.length > 10]).toEqual([id, true, true]);
  }
});

test("E1: the token of a managed identity for the exchange has the recorded claims", async () => {
  const sandbox = await createTestSandbox();
  const exchange = exchanges.find(({ id }) => id === "E1");
  const answer = await exchange?.ask(sandbox);
  const body: unknown = await answer?.json();

  const claims = decodeJwt(String(valueAt(body, "access_token")));

  expect(claims).toMatchObject({
    aud: "fb60f99c-7a34-4190-8149-302f77469936",
    sub: claims.oid,
    ver: "2.0",
    azp: expect.any(String),
    iss: expect.stringMatching(/\/v2\.0$/),
  });
  expect(claims).not.toHaveProperty("appid");
});
