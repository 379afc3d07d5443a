import { expect, test } from "vitest";
import { styleFor } from "../../src/cli/output/style.ts";
import { explain, view } from "../../src/commands/explain.ts";
import { failureCodes } from "../../src/lib/errors/catalog/catalog.ts";
import { fakeContext } from "../fakes/context.ts";
import { output } from "../fakes/output.ts";

const { context } = fakeContext();
const plain = styleFor(output(), {}, false);

test("a code of Azure is explained", async () => {
  expect(await explain(context, "700016")).toMatchObject({
    code: "AADSTS700016",
    from: "Entra",
    kind: "auth",
    exitCode: 4,
    actor: "customer's administrator",
    next: "xtenant onboard <customer> (after a new consent, wait a few minutes)",
    retryable: true,
  });
});

test("a code of xtenant is explained", async () => {
  expect(await explain(context, "nostatus")).toMatchObject({
    code: "NoStatus",
    from: "xtenant",
    kind: "timeout",
    exitCode: 9,
    actor: "operator",
  });
});

test("every code has a cause and a next step without open placeholders", async () => {
  for (const code of failureCodes) expect(view(await explain(context, code), plain)).not.toMatch(/[{}]/);
});

test("an unknown code is not found", async () => {
  await expect(explain(context, "AADSTS1\u001b[2J")).rejects.toMatchObject({
    kind: "notFound",
    code: "CodeUnknown",
    message: expect.not.stringContaining("\u001b"),
  });
});

test.each([
  ["unauthorisedaccess", "; did you mean UnauthorizedAccess?"],
  ["AADSTS700017", "known codes"],
])("'%s' is answered with the nearest code, unless a number differs", async (text, said) => {
  const failure = await explain(context, text).catch((error: Error) => error.message);
  expect(failure).toMatch(new RegExp(`${said.replace("?", "\\?")}$`));
});

test.each([
  ["Unauthorized access. 'Listen' claim(s) are required to perform this operation.", "UnauthorizedAccess"],
  ["InvalidIssuer: Token issuer is invalid. TrackingId:x", "InvalidIssuer"],
  ["Ip has been prevented to connect to the endpoint.", "IpNotAllowed"],
  ["It is not possible for an entity that requires sessions to create a receiver.", "SessionRequired"],
])("a text of Service Bus without a code is explained: %s", async (text, code) => {
  expect(await explain(context, text)).toMatchObject({ code });
});

test("a long message without a known code is shown in part", async () => {
  await expect(explain(context, `nothing ${"x".repeat(500)}`)).rejects.toMatchObject({
    message: expect.stringMatching(/^'nothing x{52}…' is not one of/),
  });
});
