import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { replicaOf } from "../../src/lib/domain/shard.ts";
import { startProbed } from "./probed.ts";
import { jsonLines, openSandbox } from "./xtenant.ts";

const folder = join(import.meta.dirname, "../../deploy/kubernetes");
const missing = spawnSync("kubectl", ["version", "--client"]).error !== undefined;

const rendered = (name: string) => {
  const { stdout, stderr } = spawnSync("kubectl", ["kustomize", join(folder, name)], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout;
};

function kubectl(args: readonly string[], input: string): string {
  const { stdout, stderr } = spawnSync("kubectl", args, { encoding: "utf8", input });
  expect(stderr).toBe("");
  return stdout;
}

const document = z.looseObject({ kind: z.string(), spec: z.looseObject({}).optional() });

/** Labels them all. kubectl has no other way to write its JSON input without a cluster. */
const documentsOf = (yaml: string) =>
  kubectl(["label", "--local", "-f", "-", "read=yes", "-o", "json"], yaml)
    .split(/(?<=^\})\n/m)
    .filter((text) => text.trim() !== "")
    .map((text) => document.parse(JSON.parse(text)));

/** `.spec.template.spec.containers[].image`. Items of lists count together. */
function paths(value: unknown, at = ""): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((one) => paths(one, `${at}[]`)))];
  if (typeof value !== "object" || value === null) return [at];
  return Object.entries(value).flatMap(([name, inner]) => paths(inner, `${at}.${name}`));
}

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
    await sandbox.x("grant", "acme", "--role", "data-owner", "--wait");
  }, 60_000);
  afterAll(() => sandbox?.[Symbol.asyncDispose]());

  const statusOf = async (body: string) => {
    await sandbox.x("send", "acme", body);
    await sandbox.x("respond", "acme", "--once", "--idle", "200ms");
  };

  test("the replica of acme polls it until the pod ends, and answers the pod's probes", async () => {
    const yaml = rendered("poll");
    const [watch = []] = lines(yaml);
    const share = /name: XTENANT_SHARD\n +value: (.*)/.exec(yaml)?.[1] ?? "";
    const [, count = ""] = share.split("/");
    const index = replicaOf(parseCustomerName("acme"), Number(count));
    const XTENANT_SHARD = share.replace("$(INDEX)", String(index));
    const paths = [...yaml.matchAll(/path: (\/\w+z)$/gm)].map(([, path = ""]) => path).sort();

    const replica = await startProbed(["--config", sandbox.config, ...watch], { XTENANT_SHARD });
    // Before any message: an open link is enough.
    await expect.poll(async () => (await replica.ask("/readyz")).status).toBe(200);
    const none = await replica.ask("/status");
    await statusOf("one");
    const status = await replica.record(({ customer, type }) => customer === "acme" && type !== "failed");
    const answers = await Promise.all([...paths, "/status", "/metrics"].map(replica.ask));
    const exitCode = await replica.stop("SIGTERM");

    expect(JSON.parse(none.body).each).toContainEqual(expect.objectContaining({ customer: "acme", messages: 0 }));
    expect(status).toMatchObject({ type: "delivered" });
    expect(paths).toEqual(["/livez", "/readyz"]);
    expect(answers.map(({ status: code }) => code)).toEqual([200, 200, 200, 200]);
    const [, , report, metrics] = answers;
    expect(JSON.parse(report?.body ?? "")).toMatchObject({ ready: true, customers: { connecting: 0, live: 1 } });
    expect(metrics?.body).toMatch(/^xtenant_customers\{.*xtenant_state="live".*\} 1$/m);
    expect(metrics?.body).toMatch(/^messaging_client_consumed_messages_total\{.*xtenant_customer="acme".*\} 1$/m);
    expect(exitCode).toBe(130);
  }, 60_000);

  test("the command line of a burst drains acme's queue and ends", async () => {
    const [, drain = []] = lines(rendered("bursts"));

    await statusOf("two");
    const drained = await sandbox.x(...drain);

    expect(jsonLines(drained.stdout)).toMatchObject([{ type: "delivered", customer: "acme" }]);
    expect(drained.exitCode).toBe(0);
  }, 60_000);

  test("every replica gets its index and the number of replicas from one place", () => {
    const yaml = rendered("poll");

    expect(/^ {2}replicas: (\d+)$/m.exec(yaml)?.[1]).toBe(/value: \$\(INDEX\)\/(\d+)$/m.exec(yaml)?.[1]);
    expect(yaml).toContain("fieldPath: metadata.labels['apps.kubernetes.io/pod-index']");
  });

  // kubectl reads a workload into Kubernetes' own types and writes it again, without unknown fields.
  test.each(["StatefulSet", "Service", "Job"])("Kubernetes' own types have every field of the %s", (kind) => {
    const documents = documentsOf(rendered("bursts"));
    const jobs = documents.flatMap(({ kind: one, spec }) =>
      one === "ScaledJob"
        ? [{ apiVersion: "batch/v1", kind: "Job", metadata: { name: "drain" }, spec: spec?.jobTargetRef }]
        : [],
    );
    const ofKind = [...documents, ...jobs].filter((document) => document.kind === kind);
    const verb = kind === "Service" ? ["set", "selector", "a=b"] : ["set", "env", "X=Y"];

    expect(ofKind.length).toBeGreaterThan(0);
    for (const document of ofKind) {
      const typed = kubectl([...verb, "--local", "-f", "-", "-o", "json"], JSON.stringify(document));
      const kept = new Set(paths(JSON.parse(typed)));
      expect(paths(document).filter((path) => !kept.has(path) && !path.startsWith(".spec.selector"))).toEqual([]);
    }
  });

  test("bursts are the same deployment and jobs, with names that kustomize generated", () => {
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

/** The classes from Kubernetes' OpenAPI document and KEDA's resource definitions, which validate themselves. */
const modelled = (apiVersion: string, kind: string): string => {
  const [group = "", version] = apiVersion.split("/");
  if (version === undefined) return `kubernetes-models/${apiVersion}/${kind}`;
  return `${group.startsWith("keda.") ? "@kubernetes-models/keda" : "kubernetes-models"}/${group}/${version}/${kind}`;
};

test.skipIf(missing)("every document matches its official schema", async () => {
  const checking = documentsOf(rendered("bursts")).map(async (one) => {
    const { apiVersion, kind } = z.object({ apiVersion: z.string(), kind: z.string() }).parse(one);
    const model = z.record(
      z.string(),
      z.custom<Model>((value) => typeof value === "function"),
    );
    const { [kind]: Checked } = model.parse(await import(modelled(apiVersion, kind)));
    if (Checked === undefined) throw new Error(`no ${kind} in ${apiVersion}`);
    expect(() => new Checked(one).validate(), kind).not.toThrow();
    expect(() => new Checked({ ...one, metadata: 7 }).validate(), kind).toThrow();
    return kind;
  });

  expect(await Promise.all(checking)).toEqual(
    expect.arrayContaining(["StatefulSet", "Service", "NetworkPolicy", "ScaledJob", "TriggerAuthentication"]),
  );
});

type Model = new (document: object) => { validate(): void };
