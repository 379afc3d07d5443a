import type { Delivery, Receiver, Sender } from "rhea";
import type { BusConnection } from "../connection/bus-connection.ts";
import { type AmqpValue, decodeValue, listElements, type MapEntry, mapEntries } from "../messages/amqp-decode.ts";
import { encodeDescribed, encodeList, encodeMap, encodeNull, encodeString } from "../messages/amqp-encode.ts";
import { scanSections, sectionCodes } from "../messages/sections.ts";

/** A request to `$cbs` or `$management`. */
export type Request = {
  readonly messageId: Buffer | undefined;
  readonly replyTo: string | undefined;
  /** Application properties, by name. */
  readonly properties: ReadonlyMap<string, AmqpValue>;
  /** The encoded value of the body. */
  readonly body: Buffer | undefined;
};

/** Application properties and body, both encoded. */
export type Reply = { readonly properties: readonly MapEntry[]; readonly body?: Buffer };

type Answer = (request: Request) => Reply | Promise<Reply>;

/** Requests a client may have under way; each is replaced when it is answered. */
const requestCredit = 100;

/** Serves a link on which requests come in. Their replies go to the link that the request names, or to that of the same node. */
export function serveRequestLink(bus: BusConnection, link: Receiver, answer: Answer): void {
  link.set_target({ address: link.target.address });
  link.add_credit(requestCredit);
  link.on("message", ({ message, delivery }: { message: Buffer; delivery: Delivery }) => {
    delivery.accept();
    // rhea writes transfers before dispositions: a reply sent now would overtake the settlement of its own request
    setImmediate(() => {
      respond({ bus, link, answer }, message)
        .catch((error: Error) => bus.log(`bus: request dropped: ${error.message}`))
        .finally(() => link.add_credit(1));
    });
  });
}

/** Keeps a link for replies; requests name it by its name or by its target. */
export function serveReplyLink(bus: BusConnection, link: Sender, used: () => void = () => {}): void {
  link.set_source({ address: link.source.address });
  bus.replyLinks.set(link, used);
  bus.onEnd(link, () => bus.replyLinks.delete(link));
}

type Served = { readonly bus: BusConnection; readonly link: Receiver; readonly answer: Answer };

async function respond({ bus, link, answer }: Served, message: Buffer): Promise<void> {
  const request = parseRequest(message);
  const reply = await answer(request);
  const { replyTo } = request;
  const node: unknown = link.target?.address;
  // the C client behind Python's names no link to reply to: it has but one
  const isMeant = (candidate: Sender) =>
    replyTo === undefined
      ? candidate.session === link.session && candidate.source?.address === node
      : candidate.name === replyTo || candidate.target?.address === replyTo;
  const [to, used] = bus.replyLinks.entries().find(([candidate]) => isMeant(candidate)) ?? [];
  used?.();
  if (to?.is_open()) to.send(encodeReply(request, reply), undefined, 0);
}

/** Positions in the properties list (AMQP 1.0 §3.2.4). */
const messageIdField = 0;
const replyToField = 4;

function parseRequest(message: Buffer): Request {
  const sections = scanSections(message);
  const find = (code: number) => sections.find((section) => section.code === code)?.value;
  const properties = find(sectionCodes.properties);
  const fields = properties ? listElements(properties) : [];
  const replyTo = fields[replyToField] && decodeValue(fields[replyToField]);
  const application = find(sectionCodes.applicationProperties);
  const entries = application ? mapEntries(application) : [];
  return {
    messageId: fields[messageIdField],
    replyTo: typeof replyTo === "string" ? replyTo : undefined,
    properties: new Map(entries.map(({ key, value }) => [key, decodeValue(value)])),
    body: find(sectionCodes.value) ?? find(sectionCodes.data),
  };
}

function encodeReply({ messageId, replyTo }: Request, { properties, body }: Reply): Buffer {
  const none = encodeNull();
  const to = replyTo === undefined ? none : encodeString(replyTo);
  const fields = [none, none, to, none, none, messageId ?? none, ...Array<Buffer>(7).fill(none)];
  const pairs = properties.flatMap(({ key, value }) => [encodeString(key), value]);
  return Buffer.concat([
    encodeDescribed(sectionCodes.properties, encodeList(fields)),
    encodeDescribed(sectionCodes.applicationProperties, encodeMap(pairs)),
    encodeDescribed(sectionCodes.value, body ?? none),
  ]);
}
