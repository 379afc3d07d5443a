import { Failure } from "../../errors/failure.ts";

/** What the answers of a service are written in. The administration API of Service Bus answers in XML, all others in JSON. */
export type AnswerFormat = "JSON" | "XML";

export type HttpAnswer = {
  readonly url: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string;
};

/**
 * The failure for an answer that no service of Azure gives: the page of a proxy, of a gateway or of a network that wants a
 * sign-in. Undefined for the service's own answers. An empty body is one of them.
 */
export function foreignAnswer(answer: HttpAnswer, format: AnswerFormat): Failure | undefined {
  const { url, status, contentType, body } = answer;
  const host = hostOf(url);
  if (status === 407)
    return new Failure("ProxyAuthenticationRequired", `the proxy on the way to ${host} requires a sign-in (HTTP 407)`);
  if (body.trim() === "" || isOf(format, body)) return undefined;
  const title = titleOf(body);
  const type = contentType?.split(";")[0]?.trim() || "an unnamed type";
  const said = title === undefined ? plain(body) : undefined;
  return new Failure(
    "ForeignAnswer",
    `${host} answered HTTP ${status} with ${type} instead of ${format}${title === undefined ? "" : `: '${title}'`} (ForeignAnswer)`,
    said === undefined ? {} : { detail: said },
  );
}

/** Reads an answer that is JSON. When it is not what was asked for, it does not come from the service. */
export function readAnswer<T>(url: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Failure("ForeignAnswer", `${hostOf(url)} answered without what was asked for (ForeignAnswer)`, { cause });
  }
}

/** Throws the failure for such an answer to a request by `fetch`. The answer can still be read afterwards. */
export async function refuseForeignAnswer(url: string | URL, answer: Response): Promise<Response> {
  const { status, headers } = answer;
  const body = await answer.clone().text();
  const contentType = headers.get("content-type") ?? undefined;
  const failure = foreignAnswer({ url: String(url), status, contentType, body }, "JSON");
  if (failure !== undefined) throw failure;
  return answer;
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : "the service");

function isOf(format: AnswerFormat, body: string): boolean {
  if (format === "XML") return /^\s*(?:\ufeff)?<(?!!doctype html|html)/i.test(body);
  try {
    JSON.parse(body.replace(/^\ufeff/, ""));
    return true;
  } catch {
    return false;
  }
}

const longestTitle = 120;

/** The title of an HTML page, on one line. */
function titleOf(body: string): string | undefined {
  const title = /<title[^>]{0,200}>([^<]{1,1000})/i.exec(body)?.[1];
  const line = title === undefined ? "" : plain(title);
  return line === "" ? undefined : line;
}

const plain = (text: string) => {
  const line = text
    .slice(0, 2_000)
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return line.length > longestTitle ? `${line.slice(0, longestTitle)}…` : line;
};
