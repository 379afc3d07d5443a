import { expect, test } from "vitest";
import { styleFor } from "../../src/cli/output/style.ts";
import { explainedCode, explain as explainWords, view } from "../../src/commands/explain.ts";
import { failureCodes } from "../../src/lib/errors/catalog/catalog.ts";
import { fakeContext } from "../fakes/context.ts";
import { output } from "../fakes/output.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

const { context } = fakeContext();
const explain = async (_context: unknown, ...words: readonly string[]) =>
  (await Array.fromAsync(explainWords(context, words)))[0] ?? expect.fail("nothing was explained");
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
  for (const code of failureCodes) expect(view(explainedCode(code), plain)).not.toMatch(/[{}]/);
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
  ["Error: condition amqp:resource-limit-exceeded, link detached", "QuotaExceeded"],
  ["com.microsoft:server-busy (50009)", "ServiceBusy"],
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

test.each(["4", "exit 4", "exit code 4", "auth"])("'%s' is explained as an exit code, with its codes", async (text) => {
  const found = await explain(context, text);

  expect(found).toMatchObject({ exitCode: 4, kind: "auth", codes: expect.arrayContaining(["AADSTS700016"]) });
  expect(view(found, plain)).toMatch(/^exit code 4 \(auth\): no credential.*\n {2}codes {2}.*AADSTS700016/);
});

test.each(["MaxDeliveryCountExceeded", "handlerfailed", "acme 12 dead: TTLExpiredException, at 10:00"])(
  "the reason of a dead letter is explained: %s",
  async (text) => {
    expect(await explain(context, text)).toMatchObject({
      reason: expect.any(String),
      next: expect.stringMatching(/xtenant/),
    });
  },
);

test.each([
  ["Drift", "; did you mean RoleDrift?"],
  ["Selection", "; did you mean CustomerSelection?"],
])("a part of a code leads to the code: %s", async (text, said) => {
  await expect(explain(context, text)).rejects.toThrow(said);
});

test("a message can be pasted to standard input", async () => {
  const terminal = fakeTerminal({ input: "error: no status came (NoStatus)\n  next  …\n" });

  expect(await Array.fromAsync(explainWords({ terminal }, ["-"]))).toMatchObject([{ code: "NoStatus" }]);
});

test("--list has every code, and nothing else is named with it", async () => {
  const listed = await Array.fromAsync(explainWords(context, [], { list: true }));

  expect(listed.map((one) => "code" in one && one.code)).toEqual(failureCodes);
  await expect(explainWords(context, ["4"], { list: true }).next()).rejects.toMatchObject({ kind: "usage" });
  await expect(explainWords(context, []).next()).rejects.toMatchObject({ code: "UsageMissingArgument" });
});
