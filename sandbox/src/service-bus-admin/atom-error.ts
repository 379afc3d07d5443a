import { XMLBuilder } from "fast-xml-parser";
import { refusalHeader } from "../http.ts";

/** A request that the administration API refuses; Service Bus has no code for it but the HTTP status. */
export class AtomError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const xml = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: true });

/** The body that Service Bus gives a refusal. */
export function atomError(
  { status, message }: Pick<AtomError, "status" | "message">,
  headers: Record<string, string> = { [refusalHeader]: String(status) },
): Response {
  const body = xml.build({ Error: { Code: status, Detail: message } });
  return new Response(body, { status, headers: { "content-type": "application/xml; charset=utf-8", ...headers } });
}
