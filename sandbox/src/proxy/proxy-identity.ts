import type { PermittedName } from "../certificates/authority.ts";
import { createTlsIdentity, type TlsIdentity } from "../certificates/tls-identity.ts";
import { armName, entraName, graphName, serviceBusSuffix } from "./azure-names.ts";

/** All that the proxy's authority may sign for, with every name under these. */
export const permittedNames: readonly PermittedName[] = [entraName, graphName, armName, serviceBusSuffix].map(
  (dNSName) => ({ dNSName }),
);

/**
 * The authority and certificate under Azure's own names, for clients of the proxy alone. It may sign for nothing else, so
 * a client that trusts it accepts the sandbox as Azure, and no other site.
 */
export function createProxyIdentity(): Promise<TlsIdentity> {
  const names = [entraName, graphName, armName, `*.${serviceBusSuffix}`];
  return createTlsIdentity(
    names.map((value) => ({ type: "dns", value })),
    permittedNames,
  );
}
