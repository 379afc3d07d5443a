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

const xml = new XMLBuilder({ processEntities: false });

/** As Service Bus does: quotes stay as they are. */
const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#xD;");

/** The body that Service Bus gives a refusal. */
export function atomError(
  { status, message }: Pick<AtomError, "status" | "message">,
  headers: Record<string, string> = { [refusalHeader]: String(status) },
): Response {
  const body = xml.build({ Error: { Code: status, Detail: escaped(message) } });
  return new Response(body, { status, headers: { "content-type": "application/xml; charset=utf-8", ...headers } });
}
