import type { AzureServices } from "./azure-services.ts";

export type ServiceName = keyof AzureServices;

type ServiceMethod = (...args: readonly unknown[]) => Promise<unknown>;

const names: Record<ServiceName, true> = {
  resolveTenant: true,
  confirmTenant: true,
  signIn: true,
  credentialFor: true,
  tryCredential: true,
  fingerprint: true,
  appRegistrations: true,
  directory: true,
  roleAssignments: true,
  connectAsProvider: true,
  connectAsResponder: true,
  countMessages: true,
  providerQueue: true,
};

/** Services whose calls all go through one function. The function gets the method's name, its arguments, and the call. */
export function decorateServices(
  services: () => AzureServices | Promise<AzureServices>,
  around: (name: ServiceName, args: readonly unknown[], call: () => Promise<unknown>) => Promise<unknown>,
): AzureServices {
  const decorate =
    (name: ServiceName): ServiceMethod =>
    (...args) =>
      around(name, args, async () => ((await services())[name] as ServiceMethod)(...args));
  const methods = Object.keys(names).map((name) => [name, decorate(name as ServiceName)]);
  return Object.fromEntries(methods) as AzureServices;
}
