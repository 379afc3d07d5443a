import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonLines, openSandbox } from "./xtenant.ts";

const folder = join(import.meta.dirname, "../../deploy/kubernetes");
const missing = spawnSync("kubectl", ["version", "--client"]).error !== undefined;

const rendered = (name: string) => {
  const { stdout, stderr } = spawnSync("kubectl", ["kustomize", join(folder, name)], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout;
};

/** The command lines of all containers. */
const lines = (yaml: string): readonly (readonly string[])[] =>
  [...yaml.matchAll(/- args:\n((?: +- .*\n)+)/g)].map(([, list = ""]) =>
    list
      .trim()
      .split(/\n? *- /)
      .filter(Boolean),
  );

describe.skipIf(missing)(`deploy/kubernetes${missing ? " (skipped: kubectl is not on this machine)" : ""}`, () => {
  let sandbox: Awaited<ReturnType<typeof openSandbox>>;
  beforeAll(async () => {
    sandbox = await openSandbox();
    await sandbox.x("onboard", "acme", "--provision");
    await sandbox.x("grant", "acme", "--wait");
  }, 60_000);
  afterAll(() => sandbox?.[Symbol.asyncDispose]());

  /** The other Customers of the sandbox have not consented, which replicas say and bear. */
  const firstOfAcme = async (nextLine: () => Promise<string | undefined>) => {
    for (let line = await nextLine(); line !== undefined; line = await nextLine()) {
      const found = jsonLines(line).filter(({ customer }) => customer === "acme");
      if (found.length > 0) return found;
    }
    return [];
  };

  const statusOf = async (body: string) => {
    await sandbox.x("send", "acme", body);
    await sandbox.x("respond", "acme", "--once", "--idle", "200ms");
  };

  test("the replicas' line reads statuses until the pod is told to end, and a burst's line ends by itself", async () => {
    const [watch = [], drain = []] = lines(rendered("bursts"));

    await statusOf("one");
    const watching = sandbox.tail(...watch);
    const status = await firstOfAcme(watching.nextLine);
    const stopped = await watching.signal("SIGTERM");
    await statusOf("two");
    const drained = await sandbox.x(...drain);

    expect(status).toMatchObject([{ type: "delivered", customer: "acme" }]);
    expect(stopped.exitCode).toBe(130);
    expect(jsonLines(drained.stdout)).toMatchObject([{ type: "delivered", customer: "acme" }]);
    expect(drained.exitCode).toBe(0);
  }, 60_000);

  test("bursts are the same deployment and jobs, with the names that kustomize made up", () => {
    const [poll, bursts] = [rendered("poll"), rendered("bursts")];
    const config = /name: (xtenant-[a-z0-9]{10})$/m.exec(poll)?.[1] ?? "none";

    expect(bursts.match(new RegExp(`name: ${config}$`, "gm"))).toHaveLength(3);
    expect(bursts).not.toMatch(/image: xtenant$/m);
  });

  test("the service account names the app and the tenant of the config", async () => {
    const { provider } = JSON.parse(await readFile(join(folder, "poll/xtenant.json"), "utf8"));

    expect(rendered("poll")).toContain(
      `client-id: ${provider.clientId}\n    azure.workload.identity/tenant-id: ${provider.tenantId}`,
    );
  });
});
