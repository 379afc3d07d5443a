import type { AzureServices } from "./azure-services.ts";

/** A cloud that is loaded when it is first asked for something: most of what a command line can say never does. */
export function lazyAzureServices(load: () => Promise<AzureServices>): AzureServices {
  let loading: Promise<AzureServices> | undefined;
  const azure = () => (loading ??= load());
  return {
    resolveTenant: async (...args) => (await azure()).resolveTenant(...args),
    confirmTenant: async (...args) => (await azure()).confirmTenant(...args),
    signIn: async (...args) => (await azure()).signIn(...args),
    directory: async (...args) => (await azure()).directory(...args),
    roleAssignments: async (...args) => (await azure()).roleAssignments(...args),
    connectAsProvider: async (...args) => (await azure()).connectAsProvider(...args),
    connectAsResponder: async (...args) => (await azure()).connectAsResponder(...args),
    tryCredential: async (...args) => (await azure()).tryCredential(...args),
    fingerprint: async (...args) => (await azure()).fingerprint(...args),
    appRegistrations: async (...args) => (await azure()).appRegistrations(...args),
    countMessages: async (...args) => (await azure()).countMessages(...args),
    providerQueue: async (...args) => (await azure()).providerQueue(...args),
  };
}
