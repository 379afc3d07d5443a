import type { Cloud } from "./azure-services.ts";

/** A cloud that is loaded when it is first asked for something: most of what a command line can say never does. */
export function cloudOnDemand(load: () => Promise<Cloud>): Cloud {
  let loading: Promise<Cloud> | undefined;
  const cloud = () => (loading ??= load());
  return {
    resolveTenant: async (...args) => (await cloud()).resolveTenant(...args),
    confirmTenant: async (...args) => (await cloud()).confirmTenant(...args),
    signIn: async (...args) => (await cloud()).signIn(...args),
    directory: async (...args) => (await cloud()).directory(...args),
    access: async (...args) => (await cloud()).access(...args),
    providerMailbox: async (...args) => (await cloud()).providerMailbox(...args),
    responderMailbox: async (...args) => (await cloud()).responderMailbox(...args),
    tryCredential: async (...args) => (await cloud()).tryCredential(...args),
    proof: async (...args) => (await cloud()).proof(...args),
    registrations: async (...args) => (await cloud()).registrations(...args),
    countMessages: async (...args) => (await cloud()).countMessages(...args),
    ownQueue: async (...args) => (await cloud()).ownQueue(...args),
  };
}
