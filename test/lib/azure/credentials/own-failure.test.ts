import { expect, test } from "vitest";
import { createOwnFailureGuard } from "../../../../src/lib/azure/credentials/own-failure.ts";
import { Failure } from "../../../../src/lib/errors/failure.ts";

const failing = (code: ConstructorParameters<typeof Failure>[0]) => async () => {
  throw new Failure(code);
};
const caught = (work: Promise<unknown>) => work.catch((error: unknown) => error);

test("a failure that costs no request is shared, and tried again", async () => {
  const asOne = createOwnFailureGuard();

  await expect(asOne("acme", failing("SecretMissing"))).rejects.toMatchObject({ code: "SecretMissing", shared: true });
  await expect(asOne("fabrikam", async () => "token")).resolves.toBe("token");
});

test("a network that can only be the provider's is shared, and answers other requests for some seconds", async () => {
  let now = 0;
  const asOne = createOwnFailureGuard({ now: () => now });

  await expect(asOne("acme", failing("ECONNREFUSED"))).rejects.toMatchObject({ code: "ECONNREFUSED", shared: true });
  await expect(asOne("fabrikam", async () => "token")).rejects.toMatchObject({ code: "ECONNREFUSED", shared: true });
  now = 5_000;
  await expect(asOne("fabrikam", async () => "token")).resolves.toBe("token");
});

test("a refusal by one tenant is that customer's", async () => {
  const asOne = createOwnFailureGuard();

  expect(await caught(asOne("acme", failing("AADSTS700016")))).toMatchObject({ shared: undefined });
  expect(await asOne("fabrikam", async () => "token")).toBe("token");
});

test("an outage that two tenants meet at the same time is shared by both", async () => {
  const asOne = createOwnFailureGuard();
  const later = Promise.withResolvers<never>();
  const both = [caught(asOne("acme", failing("network_error"))), caught(asOne("fabrikam", () => later.promise))];
  later.reject(new Failure("network_error"));

  expect(await Promise.all(both)).toMatchObject([{ shared: true }, { shared: true }]);
});

test("an outage of two tenants is theirs when a third succeeded meanwhile", async () => {
  const asOne = createOwnFailureGuard({ comparisonMilliseconds: 1 });
  const later = Promise.withResolvers<never>();
  const both = ["acme", "fabrikam"].map((tenant) => caught(asOne(tenant, () => later.promise)));
  await asOne("tailspin", async () => "token");
  later.reject(new Failure("ServiceUnavailable"));

  expect(await Promise.all(both)).toMatchObject([{ shared: undefined }, { shared: undefined }]);
});

test("a tenant that fails alone does not wait for one that is silent", async () => {
  const asOne = createOwnFailureGuard({ comparisonMilliseconds: 1 });
  const silent = asOne("fabrikam", () => new Promise(() => {}));

  expect(await caught(asOne("acme", failing("network_error")))).toMatchObject({ shared: undefined });
  await expect(Promise.race([silent, "silent"])).resolves.toBe("silent");
});
