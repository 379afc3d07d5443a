import { readFile } from "node:fs/promises";
import type { CloudEndpoints } from "../domain/cloud-endpoints.ts";
import { Failure } from "../errors/failure.ts";

/**
 * Makes this process trust a stand-in's own certificate authority beside the usual ones, for every client in it (Node
 * `tls.setDefaultCACertificates`, ≥ 22.19), and points the managed-identity client at the stand-in: it can only be told by
 * its environment variable. Does nothing for Azure's clouds.
 */
export async function trustSandbox({ sandbox }: CloudEndpoints): Promise<void> {
  if (sandbox === undefined) return;
  const authority = await readFile(sandbox.caFile, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new Failure(
      "usage",
      `cannot read the certificate authority ${sandbox.caFile}: ${cause.code ?? cause.message}`,
      {
        code: "ConfigUnreadable",
        hint: "is this the folder of a running sandbox? xtenant sandbox --dir <folder>",
        cause,
      },
    );
  });
  const { getCACertificates, setDefaultCACertificates } = await import("node:tls");
  setDefaultCACertificates([...getCACertificates("default"), authority]);
  process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST = sandbox.managedIdentityEndpoint;
}
