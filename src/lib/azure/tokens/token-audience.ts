/** A service in one cloud: the id of its application in Entra, and the addresses by which tokens for it are requested. */
type Service = { readonly applicationId: string; readonly addresses: readonly string[] };

// The ids are the same in every tenant and cloud (Microsoft Entra, "Verify first-party Microsoft applications in sign-in
// reports"; for Service Bus also the text of error AADSTS500011).
const serviceBus = "80a10ef9-8168-493d-abf9-3297c4ef6e3c";
const microsoftGraph = "00000003-0000-0000-c000-000000000000";
/** Its name in Entra is "Windows Azure Service Management API". */
const resourceManager = "797f4846-ba00-4fd7-ba43-dac1f8f63013";

/** Every service that the program requests tokens for. Resource Manager has a second address, the Azure CLI's default. */
const services: readonly Service[] = [
  { applicationId: serviceBus, addresses: ["https://servicebus.azure.net"] },
  { applicationId: microsoftGraph, addresses: ["https://graph.microsoft.com"] },
  { applicationId: microsoftGraph, addresses: ["https://graph.microsoft.us"] },
  { applicationId: microsoftGraph, addresses: ["https://microsoftgraph.chinacloudapi.cn"] },
  {
    applicationId: resourceManager,
    addresses: ["https://management.azure.com", "https://management.core.windows.net"],
  },
  {
    applicationId: resourceManager,
    addresses: ["https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net"],
  },
  {
    applicationId: resourceManager,
    addresses: ["https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn"],
  },
];

/** `https://servicebus.azure.net//.default` asks for the audience `https://servicebus.azure.net/`. */
export const audienceOf = (scope: string): string => scope.replace(/\/\.default$/, "");

/**
 * Whether a token is for the service that was requested. The audience of a v1 token is an address of the service, with or
 * without a slash at its end. The audience of a v2 token is the id of the service's application.
 */
export function isAudienceOf(requested: string, audience: unknown): boolean {
  if (typeof audience !== "string") return false;
  const [wanted, found] = [withoutSlash(requested), withoutSlash(audience)];
  if (found === wanted) return true;
  const service = services.find(({ addresses }) => addresses.includes(wanted));
  return service !== undefined && [service.applicationId, ...service.addresses].includes(found.toLowerCase());
}

const withoutSlash = (text: string) => text.replace(/\/$/, "");
