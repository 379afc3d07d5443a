import { expect, test } from "vitest";
import { styleFor } from "../../src/cli/output/style.ts";
import { explain, view } from "../../src/commands/explain.ts";
import { knownCodes } from "../../src/lib/errors/catalog/catalog.ts";
import { fakeContext } from "../fakes/context.ts";
import { output } from "../fakes/output.ts";

const { context } = fakeContext();
const plain = styleFor(output(), {}, false);

test.each(["AADSTS700016", "aadsts700016", "700016", " AADSTS700016 "])("'%s' is understood", async (text) => {
  expect(await explain(context, text)).toMatchObject({
    code: "AADSTS700016",
    from: "Entra",
    kind: "auth",
    exitCode: 4,
    actor: "customer's administrator",
    retryable: true,
  });
});

test.each(knownCodes())("%s has a cause, an actor and a next step, with nothing left to fill in", async (code) => {
  const explained = await explain(context, code);

  expect(view(explained, plain)).not.toMatch(/[{}]/);
  expect([explained.cause, explained.next].every((text) => text.length > 5)).toBe(true);
});

test("no code is in two tables", () => {
  expect(new Set(knownCodes()).size).toBe(knownCodes().length);
});

test("a code that is not known is not found", async () => {
  await expect(explain(context, "AADSTS1\u001b[2J")).rejects.toMatchObject({
    kind: "notFound",
    message: expect.not.stringContaining("\u001b"),
  });
});

test.each([
  ["unauthorisedaccess", "; did you mean UnauthorizedAccess?"],
  ["AADSTS700017", "codes known here"],
])("'%s' is answered with the code that was meant, unless a number differs", async (text, said) => {
  const failure = await explain(context, text).catch((error: Error) => error.message);
  expect(failure).toMatch(new RegExp(`${said.replace("?", "\\?")}$`));
});
