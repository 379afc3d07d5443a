import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "../write-file-atomically.ts";

/** The authority that clients of the proxy must trust. For `xtenant sandbox env`, the file shows that the sandbox is a proxy. */
const proxyAuthorityFile = "proxy-ca.pem";

/**
 * Writes the authorities (PEM) that clients of the proxy must trust, or removes those of an earlier run. The sign-ins that
 * the Azure CLI keeps go, too: they were signed with an earlier run's keys.
 */
export async function writeProxyFile(directory: string, authorities: readonly string[] | undefined): Promise<void> {
  const file = join(directory, proxyAuthorityFile);
  await rm(join(directory, "secrets", "az"), { recursive: true, force: true });
  if (authorities === undefined) await rm(file, { force: true });
  else await writeFileAtomically(file, authorities.join(""), 0o600);
}
