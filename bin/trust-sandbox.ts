import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { requireRunningSandbox } from "../src/lib/config/running-sandbox.ts";
import { backgroundSandboxFolder } from "../src/lib/config/sandbox-context.ts";
import type { CloudEndpoints } from "../src/lib/domain/cloud-endpoints.ts";
import { Failure } from "../src/lib/errors/failure.ts";

/**
 * Makes every client in this process trust the sandbox's certificate authority, in addition to the usual ones (Node
 * `tls.setDefaultCACertificates`, ≥ 22.19). Points the managed-identity client at the sandbox through an environment
 * variable, which is the only setting that the client has. Does nothing for Azure's clouds.
 */
export async function trustSandbox({ sandbox }: CloudEndpoints, env: NodeJS.ProcessEnv): Promise<void> {
  if (sandbox === undefined) return;
  await requireRunningSandbox(dirname(sandbox.caFile), env);
  const authority = await readFile(sandbox.caFile, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new Failure(
      "SandboxCaUnreadable",
      `cannot read the certificate authority ${sandbox.caFile}: ${cause.code ?? cause.message}`,
      { params: { file: sandbox.caFile }, cause },
    );
  });
  const { getCACertificates, setDefaultCACertificates } = await import("node:tls");
  setDefaultCACertificates([...getCACertificates("default"), authority]);
  env.AZURE_POD_IDENTITY_AUTHORITY_HOST = sandbox.managedIdentityEndpoint;
}

/** Whether the cloud is the sandbox that `context use sandbox` starts. */
export const usesBackgroundSandbox = ({ sandbox }: CloudEndpoints, env: NodeJS.ProcessEnv): boolean =>
  sandbox !== undefined && dirname(sandbox.caFile) === backgroundSandboxFolder(env);
