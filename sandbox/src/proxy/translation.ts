import { armName, entraName, graphName, serviceBusSuffix } from "./azure-names.ts";

/** The sandbox's own addresses and Azure's for the same things. */
export type Translation = {
  /** The sandbox's URL of this URL under one of Azure's names. */
  toSandbox(azure: URL): URL;
  /** Text a client wrote, its audiences and ids of resources as the sandbox names them. */
  request(text: string): string;
  /** Text the sandbox wrote, its addresses as Azure names them: what a client reads next must again be one of Azure's names. */
  response(text: string): string;
};

/** `baseUrl` is `https://localhost:PORT`. Tokens are not translated: their issuer and audience stay the sandbox's own. */
export function createTranslation(baseUrl: string): Translation {
  const { host } = new URL(baseUrl);
  const outward = [
    [`${baseUrl}/graph`, `https://${graphName}`],
    [`${baseUrl}/arm`, `https://${armName}`],
    [baseUrl, `https://${entraName}`],
    [`${host}/graph`, graphName],
    [`.servicebus.${host}`, `.${serviceBusSuffix}`],
    [".servicebus.localhost", `.${serviceBusSuffix}`],
    [host, "microsoftonline.com"],
  ] as const;
  const inward = [
    [`https://${graphName}`, `${baseUrl}/graph`],
    [`https://${armName}`, `${baseUrl}/arm`],
    // The audience of Resource Manager in classic Azure, which the Azure CLI asks for to this day.
    ["https://management.core.windows.net", `${baseUrl}/arm`],
    [`https://${entraName}`, baseUrl],
    [`.${serviceBusSuffix}`, ".servicebus.localhost"],
  ] as const;
  return {
    toSandbox: ({ hostname, pathname, search }) => new URL(`${rootOf(baseUrl, hostname)}${pathname}${search}`),
    request: (text) => replace(text, inward),
    response: (text) => replace(text, outward),
  };
}

function rootOf(baseUrl: string, azureName: string): string {
  switch (azureName) {
    case entraName:
      return baseUrl;
    case graphName:
      return `${baseUrl}/graph`;
    case armName:
      return `${baseUrl}/arm`;
    default: {
      const namespace = azureName.slice(0, -serviceBusSuffix.length - 1);
      return baseUrl.replace("localhost", `${namespace}.servicebus.localhost`);
    }
  }
}

const replace = (text: string, pairs: readonly (readonly [string, string])[]) =>
  pairs.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
