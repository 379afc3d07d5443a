import type { Answer } from "../http.ts";
import { entraName } from "./azure-names.ts";
import type { Translation } from "./translation.ts";

/** Answers a request under one of Azure's names as the sandbox answers it under its own. */
export function createAzureAnswer(answer: Answer, translation: Translation): Answer {
  return async (request) => {
    const url = new URL(request.url);
    if (url.hostname === entraName && url.pathname === "/common/discovery/instance") return instanceDiscovery(url);
    return translated(await answer(await inSandbox(request, url, translation)), translation);
  };
}

async function inSandbox(request: Request, url: URL, translation: Translation): Promise<Request> {
  const headers = new Headers(request.headers);
  const target = translation.toSandbox(url);
  headers.set("host", target.host);
  headers.delete("content-length"); // the translated body may have another
  if (request.method === "GET" || request.method === "HEAD")
    return new Request(target, { method: request.method, headers });
  const text = await request.text();
  const isForm = headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  const body = isForm ? translatedForm(text, translation) : translation.request(text);
  return new Request(target, { method: request.method, headers, body });
}

function translatedForm(text: string, translation: Translation): string {
  const form = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(text)) form.append(name, translation.request(value));
  return form.toString();
}

async function translated(response: Response, translation: Translation): Promise<Response> {
  const headers = new Headers();
  for (const [name, value] of response.headers) headers.append(name, translation.response(value));
  headers.delete("content-length");
  const isText = /json|xml|text/.test(headers.get("content-type") ?? "");
  const body = isText ? translation.response(await response.text()) : response.body;
  return new Response(body, { status: response.status, headers });
}

/** What MSAL asks before it believes an authority (Entra, instance discovery 1.1): the names that mean the same cloud. */
function instanceDiscovery(url: URL): Response {
  const asked = URL.parse(url.searchParams.get("authorization_endpoint") ?? "");
  if (asked?.hostname !== entraName)
    return Response.json(
      { error: "invalid_instance", error_description: "AADSTS50049: Unknown or invalid instance." },
      { status: 400 },
    );
  const tenant = asked.pathname.split("/")[1];
  const aliases = [entraName, "login.windows.net", "login.microsoft.com", "sts.windows.net"];
  return Response.json({
    tenant_discovery_endpoint: `https://${entraName}/${tenant}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: entraName, preferred_cache: "login.windows.net", aliases }],
  });
}
