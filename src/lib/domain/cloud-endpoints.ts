/** The addresses of one Azure cloud's services, and the audiences of their tokens. */
export type CloudEndpoints = {
  readonly name: string;
  /** Entra, `https://login.microsoftonline.com`. */
  readonly authorityHost: string;
  /** Microsoft Graph without the API version, `https://graph.microsoft.com`. */
  readonly graphEndpoint: string;
  /** Azure Resource Manager, `https://management.azure.com`. */
  readonly armEndpoint: string;
  /** The suffix of every namespace host in this cloud, `servicebus.windows.net`. */
  readonly serviceBusSuffix: string;
  /** The Azure portal, `https://portal.azure.com`. The sandbox has none. */
  readonly portalHost?: string;
  /** The audience that a federated credential of this cloud requires. */
  readonly federationAudience: string;
  /** Set only for the sandbox: its endpoints on loopback, and the certificate authority to trust for them. */
  readonly sandbox?: {
    /** Where AMQP connections go instead of the namespace's host, `sb://localhost:5671`. */
    readonly serviceBusEndpoint: string;
    readonly managedIdentityEndpoint: string;
    /** Absolute path of a PEM file. */
    readonly caFile: string;
  };
};

/** Azure's clouds (Entra national clouds, Graph deployments, Azure Government comparison, managed identity federation). */
export const azureClouds = {
  public: {
    name: "public",
    authorityHost: "https://login.microsoftonline.com",
    graphEndpoint: "https://graph.microsoft.com",
    armEndpoint: "https://management.azure.com",
    serviceBusSuffix: "servicebus.windows.net",
    portalHost: "https://portal.azure.com",
    federationAudience: "api://AzureADTokenExchange",
  },
  usgovernment: {
    name: "usgovernment",
    authorityHost: "https://login.microsoftonline.us",
    graphEndpoint: "https://graph.microsoft.us",
    armEndpoint: "https://management.usgovcloudapi.net",
    serviceBusSuffix: "servicebus.usgovcloudapi.net",
    portalHost: "https://portal.azure.us",
    federationAudience: "api://AzureADTokenExchangeUSGov",
  },
  china: {
    name: "china",
    // MSAL uses this host also when login.chinacloudapi.cn is configured, and its issuers have this name.
    authorityHost: "https://login.partner.microsoftonline.cn",
    graphEndpoint: "https://microsoftgraph.chinacloudapi.cn",
    armEndpoint: "https://management.chinacloudapi.cn",
    serviceBusSuffix: "servicebus.chinacloudapi.cn",
    portalHost: "https://portal.azure.cn",
    federationAudience: "api://AzureADTokenExchangeChina",
  },
} as const satisfies Record<string, CloudEndpoints>;

export type AzureCloudName = keyof typeof azureClouds;
