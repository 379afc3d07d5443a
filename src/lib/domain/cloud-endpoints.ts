/** Where one Azure cloud's services are, and for whom their tokens are made. */
export type CloudEndpoints = {
  readonly name: string;
  /** Entra, `https://login.microsoftonline.com`. */
  readonly authorityHost: string;
  /** Microsoft Graph without the API version, `https://graph.microsoft.com`. */
  readonly graphEndpoint: string;
  /** Azure Resource Manager, `https://management.azure.com`. */
  readonly armEndpoint: string;
  /** What every namespace host of this cloud ends with, `servicebus.windows.net`. */
  readonly serviceBusSuffix: string;
  /** The audience a federated credential of this cloud asks for. */
  readonly federationAudience: string;
  /** Set only for a stand-in: its endpoints on loopback, and the certificate authority to trust for them. */
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
    federationAudience: "api://AzureADTokenExchange",
  },
  usgovernment: {
    name: "usgovernment",
    authorityHost: "https://login.microsoftonline.us",
    graphEndpoint: "https://graph.microsoft.us",
    armEndpoint: "https://management.usgovcloudapi.net",
    serviceBusSuffix: "servicebus.usgovcloudapi.net",
    federationAudience: "api://AzureADTokenExchangeUSGov",
  },
  china: {
    name: "china",
    // MSAL goes here also when told of login.chinacloudapi.cn, and its issuers are named after it.
    authorityHost: "https://login.partner.microsoftonline.cn",
    graphEndpoint: "https://microsoftgraph.chinacloudapi.cn",
    armEndpoint: "https://management.chinacloudapi.cn",
    serviceBusSuffix: "servicebus.chinacloudapi.cn",
    federationAudience: "api://AzureADTokenExchangeChina",
  },
} as const satisfies Record<string, CloudEndpoints>;

export type AzureCloudName = keyof typeof azureClouds;
