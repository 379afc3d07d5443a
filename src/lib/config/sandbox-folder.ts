import { dirname, join } from "node:path";
import { Failure } from "../errors/failure.ts";
import { withAbsolutePaths } from "./absolute-paths.ts";
import { type Config, parseConfig } from "./config.ts";
import { configFileName } from "./config-file-name.ts";
import type { ConfigDocument } from "./config-schema.ts";
import { readTextFile } from "./files/read-file.ts";

/** What a running sandbox has written to its folder. All paths are absolute, so that another config can contain them. */
export type SandboxFolder = { readonly document: ConfigDocument; readonly config: Config };

/** Throws Failure "notFound" SandboxNotFound where no sandbox has written. */
export async function readSandboxFolder(folder: string): Promise<SandboxFolder> {
  const file = join(folder, configFileName);
  try {
    const document = withAbsolutePaths(JSON.parse(await readTextFile(file)) as ConfigDocument, folder);
    const config = parseConfig(document, file);
    if (!("provider" in config) || config.cloud.sandbox === undefined) throw new Error("not a config of a sandbox");
    return { document, config };
  } catch (cause) {
    throw new Failure("SandboxNotFound", `no sandbox has written to ${folder}`, { params: { folder }, cause });
  }
}

type CustomerEntry = NonNullable<ConfigDocument["customers"]>[string];

/**
 * What the sandbox knows of its own tenants: the identities of their administrator and worker, and the resources. A rehearsal
 * needs them, and nobody can sign in there by other means. Nothing for a cloud of Azure.
 */
export async function readSandboxTenants({
  cloud,
}: Pick<Config, "cloud">): Promise<(tenantId: string) => Partial<CustomerEntry>> {
  const { sandbox } = cloud;
  if (sandbox === undefined) return () => ({});
  const found = await readSandboxFolder(dirname(sandbox.caFile)).catch(() => undefined);
  const entries = Object.values(found?.document.customers ?? {});
  return (tenantId) => {
    const entry = entries.find((one) => one.tenantId.toLowerCase() === tenantId.toLowerCase());
    if (entry === undefined) return {};
    const { administrator, responder, subscriptionId, resourceGroup } = entry;
    return { administrator, responder, subscriptionId, resourceGroup };
  };
}
