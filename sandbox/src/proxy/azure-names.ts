/** Azure's public-cloud host names that the proxy leads to the sandbox; it leads no other. */
export const entraName = "login.microsoftonline.com";
export const graphName = "graph.microsoft.com";
export const armName = "management.azure.com";
export const serviceBusSuffix = "servicebus.windows.net";

const exact: readonly string[] = [entraName, graphName, armName];
const serviceBusName = new RegExp(`^[a-z0-9][a-z0-9-]{0,62}\\.${serviceBusSuffix.replaceAll(".", "\\.")}$`);

/** Whether this host, in lower case and without a port, is one of them: `acme-bus.servicebus.windows.net` is, too. */
export const isAzureName = (host: string): boolean => exact.includes(host) || serviceBusName.test(host);
