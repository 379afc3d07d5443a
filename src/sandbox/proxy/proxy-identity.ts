import { createTlsIdentity, type TlsIdentity } from "../certificates/tls-identity.ts";
import { armName, entraName, graphName, serviceBusSuffix } from "./azure-names.ts";

/**
 * The authority and certificate under Azure's own names, for clients of the proxy alone. It may sign for nothing else, so
 * whoever trusts it believes the sandbox to be Azure, and every other site to be itself.
 */
export const createProxyIdentity = (): Promise<TlsIdentity> => {
  const names = [entraName, graphName, armName, `*.${serviceBusSuffix}`];
  return createTlsIdentity(
    names.map((value) => ({ type: "dns", value })),
    [entraName, graphName, armName, serviceBusSuffix].map((dNSName) => ({ dNSName })),
  );
};
