import { expect, test } from "vitest";
import { grantEach } from "../../src/commands/grant.ts";
import { offboardEach } from "../../src/commands/offboard.ts";
import { onboardEach } from "../../src/commands/onboard.ts";
import { verify } from "../../src/commands/verify.ts";
import { whoami } from "../../src/commands/whoami.ts";
import { parseCustomerNames, parseGuid } from "../../src/lib/domain/customer.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import { fakeContext } from "../fakes/context.ts";

const two = { names: parseCustomerNames("acme,fabrikam") };
const everyone = { all: true } as const;
const timeout = 1_000;

/** All records, and the failure at the end of them. */
async function outcomeOf<T>(stream: AsyncIterable<T>) {
  const records: T[] = [];
  const failure = await (async () => {
    for await (const record of stream) records.push(record);
  })().catch((error) => error);
  return { records, failure };
}

const ends = (records: readonly { readonly type: string }[]) =>
  records.filter(({ type }) => type === "done" || type === "failed");

test("several customers are onboarded, granted and offboarded at once, with one result each", async () => {
  const { context } = fakeContext();

  const onboarded = await outcomeOf(onboardEach(context, two, { provision: true, timeout }));
  const granted = await outcomeOf(grantEach(context, two, {}));
  const offboarded = await outcomeOf(offboardEach(context, two, { yes: true }));

  for (const { records, failure } of [onboarded, granted, offboarded]) {
    expect(failure).toBeUndefined();
    expect(ends(records)).toMatchObject([
      { type: "done", customer: "acme" },
      { type: "done", customer: "fabrikam" },
    ]);
  }
});

test("one customer that fails does not delay the others, and the result is partial", async () => {
  const { context } = fakeContext();
  await outcomeOf(onboardEach(context, two, { provision: true, timeout }));

  const { records, failure } = await outcomeOf(grantEach(context, everyone, {}));

  expect(ends(records)).toHaveLength(3);
  expect(ends(records)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: "done", customer: "acme" }),
      expect.objectContaining({
        type: "failed",
        customer: "tailspin",
        error: expect.objectContaining({ code: "ServicePrincipalMissing" }),
      }),
    ]),
  );
  expect(failure).toMatchObject({ kind: "partial", exitCode: 3 });
});

test("work that continues after a failed step counts as a failure of that customer", async () => {
  const { context } = fakeContext();
  await outcomeOf(onboardEach(context, two, { provision: true, timeout }));
  const signIn: typeof context.azure.signIn = async (who) => {
    if (who.name === "acme") throw new Failure("CredentialMissing", "no credential");
    return context.azure.signIn(who);
  };

  const cloud = { ...context.azure, signIn };
  const { records, failure } = await outcomeOf(offboardEach({ ...context, azure: cloud }, two, { yes: true }));

  expect(ends(records)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: "failed", customer: "acme" }),
      expect.objectContaining({ type: "done", customer: "fabrikam" }),
    ]),
  );
  expect(failure).toMatchObject({ kind: "partial" });
});

test("a single customer fails with its own failure, without a result record", async () => {
  const { context } = fakeContext();

  const { records, failure } = await outcomeOf(grantEach(context, { names: parseCustomerNames("acme") }, {}));

  expect(records).toEqual([]);
  expect(failure).toMatchObject({ kind: "auth", code: "ServicePrincipalMissing" });
});

test("offboarding several customers needs --yes, also on a terminal; a dry run does not", async () => {
  const { context } = fakeContext();

  const { failure } = await outcomeOf(offboardEach(context, everyone, {}));

  expect(failure).toMatchObject({ kind: "usage", code: "ConfirmationNeeded" });
  expect((await outcomeOf(offboardEach(context, everyone, { dryRun: true }))).failure).toBeUndefined();
});

test("an empty selection is refused, and options for one customer are refused for several", async () => {
  const { context } = fakeContext();
  const responder = parseGuid("3f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f");

  expect((await outcomeOf(grantEach(context, { names: [] }, {}))).failure).toMatchObject({ code: "CustomerSelection" });
  expect((await outcomeOf(grantEach(context, two, { responder }))).failure).toMatchObject({ kind: "usage" });
  for (const own of [{ emit: "az" }, { listen: true }, { open: true }] as const)
    expect((await outcomeOf(onboardEach(context, two, { ...own, timeout }))).failure).toMatchObject({ kind: "usage" });
  const links = await outcomeOf(onboardEach(context, everyone, { url: true, timeout }));
  expect(links.records.map(({ type }) => type)).toEqual(["link", "link", "link"]);
});

test("verify and whoami take --all, a tag or names, and take all customers by default", async () => {
  const { context } = fakeContext();
  const of = async (stream: AsyncIterable<{ readonly customer: string }>) =>
    (await Array.fromAsync(stream)).map(({ customer }) => customer);

  expect(await of(verify(context, [], everyone))).toHaveLength(3);
  expect(await of(whoami(context, two.names))).toEqual(["acme", "fabrikam"]);
  expect(await of(whoami(context, []))).toHaveLength(3);
  await expect(of(whoami(context, two.names, everyone))).rejects.toMatchObject({ code: "CustomerSelection" });
  await expect(of(verify(context, [], { tag: [["region", "eu"]] }))).rejects.toMatchObject({ code: "TagNotFound" });
});
