import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { background, jsonLines, openSandbox, xtenant } from "./xtenant.ts";

let sandbox: Awaited<ReturnType<typeof openSandbox>>;
beforeAll(async () => {
  sandbox = await openSandbox();
  await Promise.all(["acme", "fabrikam"].map((name) => sandbox.x("onboard", name, "--provision")));
}, 60_000);
afterAll(() => sandbox[Symbol.asyncDispose]());

const document = async () => JSON.parse(await readFile(sandbox.config, "utf8"));
const credentials = async () => jsonLines((await sandbox.x("app", "credential", "list", "--json")).stdout);

/** Makes the running sandbox produce a fault. */
async function play(scenario: object): Promise<void> {
  const { cloud } = await document();
  const key = await readFile(join(sandbox.folder, "secrets/control"), "utf8");
  // The sandbox's own authority is trusted by the programs that the test starts, not by the test.
  const { Agent, request } = await import("node:https");
  const agent = new Agent({ ca: await readFile(join(sandbox.folder, "ca.pem")) });
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const headers = { authorization: `Bearer ${key.trim()}`, "content-type": "application/json" };
  request(`${cloud.authorityHost}/control/scenario`, { agent, method: "PUT", headers }, (response) => {
    response.resume().once("end", () => resolve(response.statusCode));
  })
    .once("error", reject)
    .end(JSON.stringify(scenario));
  expect(await promise).toBe(204);
  agent.destroy();
}

test("app create registers the app once, with the requested settings, however often it runs", async () => {
  const create = ["app", "create", "--name", "Contoso orders", "--unique-name", "orders", "--json"];
  const [first] = jsonLines((await sandbox.x(...create)).stdout);
  const [second] = jsonLines((await sandbox.x(...create)).stdout);

  expect(first).toMatchObject({ outcome: "created", servicePrincipal: "created", drift: [] });
  expect(second).toEqual({ ...first, outcome: "existing", servicePrincipal: "existing" });
});

test("the config's app is shown with its credentials, and the one that the config uses is marked", async () => {
  const [shown] = jsonLines((await sandbox.x("app", "show", "--json")).stdout);

  expect(shown).toMatchObject({ displayName: "Contoso xtenant", locked: true, drift: [] });
  expect(shown?.credentials).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: "federated", name: "managed-identity", inUse: true }),
      expect.objectContaining({ kind: "federated", name: "workload-identity", inUse: false }),
      expect.objectContaining({ kind: "certificate", inUse: false, daysLeft: expect.any(Number) }),
      expect.objectContaining({ kind: "secret", inUse: false, endsAt: expect.any(String) }),
    ]),
  );
});

test("onboarding without a secret: a new app, trust in the identity, consent", async () => {
  const config = join(sandbox.folder, "fresh.json");
  await copyFile(sandbox.config, config);
  const x = (...args: readonly string[]) => xtenant(["--config", config, ...args]);
  const [identity] = await credentials();
  await x("app", "create", "--unique-name", "fresh", "--use", "--yes");
  const untrusted = await x("onboard", "tailspin", "--provision", "--timeout", "1s");
  const trusted = await x(
    "app",
    "credential",
    "add",
    "--federated",
    "managed-identity",
    "--subject",
    String(identity?.subject),
  );
  const onboarded = await x("onboard", "tailspin", "--provision", "--json");

  expect(untrusted).toMatchObject({ exitCode: 4, stderr: expect.stringMatching(/AADSTS70025/) });
  expect({ trusted, onboarded }).toMatchObject({ trusted: { exitCode: 0 }, onboarded: { exitCode: 0 } });
  expect(jsonLines(onboarded.stdout).at(-1)).toMatchObject({ type: "consented", credential: "managed-identity" });
});

test("a rotation that a customer refuses stops with 3, and continues after the cause is fixed", async () => {
  const { customers } = await document();
  await play({
    refuse: [{ endpoint: "entra", path: `/${customers.fabrikam.tenantId}/oauth2`, code: "AADSTS700027" }],
  });
  const rotate = ["app", "credential", "rotate", "--certificate", "--timeout", "10ms", "--json"];
  const stopped = await sandbox.x(...rotate);

  expect(stopped.exitCode).toBe(3);
  expect(stopped.stderr).toMatch(/RotationStopped/);
  expect(jsonLines(stopped.stdout)).toContainEqual(expect.objectContaining({ type: "refused", whose: "fabrikam" }));
  expect((await document()).provider.credential.kind).toBe("managed-identity");
  await play({});
  const continued = await sandbox.x(...rotate);

  expect(continued.exitCode).toBe(0);
  expect(jsonLines(continued.stdout).map(({ type }) => type)).toEqual([
    "continued",
    "added",
    "proven",
    "proven",
    "proven",
    "skipped",
    "switched",
    "retired",
  ]);
  expect((await document()).provider.credential.kind).toBe("certificate");
  expect((await sandbox.x("whoami", "acme", "fabrikam")).exitCode).toBe(0);
}, 30_000);

// The other steps are killed in test/commands/app/rotate.test.ts.
test("a rotation killed after the test of its new credential loses no customer, and continues", async () => {
  const before = await document();
  const rotate = ["app", "credential", "rotate", "--json"];
  const running = background(["--config", sandbox.config, ...rotate]);
  for (let line = await running.nextLine(); line !== undefined; line = await running.nextLine())
    if (JSON.parse(line).type === "proven") break;
  await running.signal("SIGKILL");
  const meanwhile = await sandbox.x("whoami", "acme");
  const continued = await sandbox.x(...rotate);
  const made = (await credentials()).filter(({ name }) => /^xtenant-/.test(String(name)));

  expect([meanwhile.exitCode, continued.exitCode]).toEqual([0, 0]);
  expect(made).toMatchObject([{ inUse: true }]);
  expect((await document()).provider.credential).not.toEqual(before.provider.credential);
  expect((await readdir(sandbox.folder)).filter((name) => name.endsWith(".rotation"))).toEqual([]);
}, 30_000);

test("a secret's value is in its own file and nowhere else", async () => {
  const added = await sandbox.x("app", "credential", "add", "--secret", "--name", "last-resort", "--verbose", "--json");
  const secret = (await readFile(join(sandbox.folder, "last-resort.secret"), "utf8")).trim();
  await writeFile(join(sandbox.folder, "trace"), added.stdout + added.stderr);
  const holding = [];
  for (const name of await readdir(sandbox.folder))
    if (name !== "secrets" && (await readFile(join(sandbox.folder, name), "utf8")).includes(secret)) holding.push(name);

  expect(added.exitCode).toBe(0);
  expect(holding).toEqual(["last-resort.secret"]);
});
