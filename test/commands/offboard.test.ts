import { expect, test } from "vitest";
import type { Context } from "../../src/cli/context.ts";
import { styleFor } from "../../src/cli/output/style.ts";
import { grant } from "../../src/commands/grant.ts";
import { offboard, view } from "../../src/commands/offboard.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import type { AzureServices, Directory, RoleAssignments } from "../../src/lib/ports/azure-services.ts";
import { fakeContext } from "../fakes/context.ts";
import { output } from "../fakes/output.ts";

const acme = parseCustomerName("acme");
const plain = styleFor(output(), {}, false);
const forbidden = () => Promise.reject(new Failure("AuthorizationFailed", "no right"));
const run = (context: Context) => Array.fromAsync(offboard(context, acme, { yes: true }));

type Rights = {
  readonly access?: Partial<RoleAssignments>;
  readonly directory?: Partial<Directory>;
  readonly signIn?: AzureServices["signIn"];
};

async function granted(options: Parameters<typeof grant>[2] = {}) {
  const fake = fakeContext();
  await Array.fromAsync(onboard(fake.context, acme, { provision: true, timeout: 1_000 }));
  await Array.fromAsync(grant(fake.context, acme, options));
  const { azure } = fake.context;
  const withRights = (changes: Rights) => ({
    ...fake.context,
    azure: {
      ...azure,
      signIn: changes.signIn ?? azure.signIn,
      roleAssignments: async (...args: Parameters<AzureServices["roleAssignments"]>) => ({
        ...(await azure.roleAssignments(...args)),
        ...changes.access,
      }),
      directory: async (...args: Parameters<AzureServices["directory"]>) => ({
        ...(await azure.directory(...args)),
        ...changes.directory,
      }),
    },
  });
  return { ...fake, withRights };
}

test("a role above the namespace is found and removed, too", async () => {
  const { context } = await granted({ scope: "resource-group" });

  expect(await run(context)).toMatchObject([
    { type: "assignment", outcome: "removed", scope: expect.stringMatching(/messaging$/) },
    { type: "service-principal", outcome: "removed" },
    { type: "refused", by: "token" },
    { type: "remaining" },
  ]);
});

test("the roles of the namespace are removed when only the namespace is readable", async () => {
  const { memory, customer, withRights } = await granted();
  const access = await memory.cloud.roleAssignments(customer("acme"));
  const list: RoleAssignments["list"] = (scope, id) =>
    /namespaces/.test(scope) ? access.list(scope, id) : forbidden();

  expect((await run(withRights({ access: { list } })))[0]).toMatchObject({ outcome: "removed" });
});

test("without rights in the directory the roles are removed, links prove it, and the remaining steps are listed with their actor", async () => {
  const { memory, withRights } = await granted();
  const directory = { findServicePrincipal: forbidden, removeServicePrincipal: forbidden };

  const steps = await run(withRights({ directory }));

  expect(steps).toMatchObject([
    { type: "assignment", outcome: "removed" },
    { type: "service-principal", outcome: "kept", error: { code: "AuthorizationFailed" } },
    { type: "refused", by: "link", code: "UnauthorizedAccess" },
    { type: "remaining", actor: "acme's administrator", what: expect.not.stringMatching(/gets in/) },
    { type: "remaining", actor: "operator" },
  ]);
  expect(steps.map((step) => view(step, plain)).join("\n")).toMatch(
    /kept the app's service principal[\s\S]*no right[\s\S]*remaining for acme's administrator/,
  );
  expect(memory.state.open).toBe(0);
});

test("without permission to remove anything, the result reports that the app still has access", async () => {
  const { withRights } = await granted();
  const directory = { removeServicePrincipal: forbidden };

  const steps = await run(withRights({ directory, access: { remove: forbidden } }));

  expect(steps).toMatchObject([
    { type: "assignment", outcome: "kept" },
    { type: "service-principal", outcome: "kept" },
    { type: "remaining", what: expect.stringMatching(/the roles above/) },
    { type: "remaining", what: expect.stringMatching(/until then the app gets in/) },
    { type: "remaining", actor: "operator" },
  ]);
});

test("without the provider's credential nothing is proved, and a record reports that", async () => {
  const { withRights } = await granted();
  const signIn = () => Promise.reject(new Failure("CredentialMissing", "no credential"));

  const steps = await run(withRights({ signIn }));

  expect(steps.map(({ type }) => type)).not.toContain("refused");
  expect(steps).toContainEqual(
    expect.objectContaining({ type: "remaining", error: expect.objectContaining({ code: "CredentialMissing" }) }),
  );
});

test.each(["ScopeLocked", "ReadOnlyDisabledSubscription", "ServiceUnavailable"] as const)(
  "%s keeps the roles: the principal is removed all the same, and the result names the rest",
  async (code) => {
    const { withRights } = await granted();
    const remove = () => Promise.reject(new Failure(code));

    const steps = await run(withRights({ access: { remove } }));

    expect(steps).toMatchObject([
      { type: "assignment", outcome: "kept", error: { code } },
      { type: "service-principal", outcome: "removed" },
      { type: "refused", by: "token" },
      { type: "remaining", what: expect.stringMatching(/the roles above/) },
      { type: "remaining", actor: "operator" },
    ]);
  },
);

test("roles that cannot be listed do not keep the principal", async () => {
  const { withRights } = await granted();
  const list = () => Promise.reject(new Failure("SubscriptionNotFound"));

  expect(await run(withRights({ access: { list } }))).toMatchObject([
    { type: "assignment", assignmentId: "", outcome: "kept", error: { code: "SubscriptionNotFound" } },
    { type: "service-principal", outcome: "removed" },
    { type: "refused" },
    { type: "remaining" },
    { type: "remaining" },
  ]);
});

test("a bug ends the command at once", async () => {
  const { withRights } = await granted();
  const remove = () => Promise.reject(new TypeError("no"));

  await expect(run(withRights({ access: { remove } }))).rejects.toThrow("no");
});
