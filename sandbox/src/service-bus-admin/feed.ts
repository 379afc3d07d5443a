import { randomUUID } from "node:crypto";
import { XMLBuilder } from "fast-xml-parser";

const xml = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: true });
const atom = { "@_xmlns": "http://www.w3.org/2005/Atom" };

/** What an entry is about: its address, its name and its namespace, when it was made and changed, and the content. */
export type Entry = {
  readonly id: string;
  readonly title: string;
  readonly author: string;
  readonly published: Date;
  readonly updated: Date;
  readonly content: object;
};

/** One entity (RFC 4287 §4.1.2). */
export const entryResponse = (entry: Entry, status: number): Response =>
  answer({ entry: { ...atom, ...entryElement(entry) } }, "entry", status, { etag: etagOf(entry) });

/** A list of queues, which may be empty. `next` is the address of the next page. */
export const feedResponse = (id: string, entries: readonly Entry[], next?: string): Response =>
  answer(
    {
      feed: {
        ...atom,
        title: { "@_type": "text", "#text": "Queues" },
        id,
        updated: instant(new Date()),
        link: [{ "@_rel": "self", "@_href": id }, ...(next === undefined ? [] : [{ "@_rel": "next", "@_href": next }])],
        ...(entries.length === 0 ? {} : { entry: entries.map((entry) => listed(entry, id)) }),
      },
    },
    "feed",
    200,
  );

/** What Service Bus shows where no entity is, and at the root of a namespace. */
export const publicFeedResponse = (): Response =>
  answer(
    {
      feed: {
        ...atom,
        title: { "@_type": "text", "#text": "Publicly Listed Services" },
        subtitle: {
          "@_type": "text",
          "#text": "This is the list of publicly-listed services currently available.",
        },
        id: `uuid:${randomUUID()};id=1`,
        updated: instant(new Date()),
        generator: "Service Bus 1.1",
      },
    },
    "feed",
    200,
  );

const instant = (time: Date) => `${time.toISOString().slice(0, 19)}Z`;

const entryElement = ({ id, title, author, published, updated, content }: Entry, self = id) => ({
  id,
  title: { "@_type": "text", "#text": title },
  published: instant(published),
  updated: instant(updated),
  author: { name: author },
  link: { "@_rel": "self", "@_href": self },
  content: { "@_type": "application/xml", ...content },
});

/** In a list an entry is addressed from there. */
const listed = (entry: Entry, base: string) => {
  const { pathname, search } = new URL(entry.id);
  return { "@_xml:base": base, ...entryElement(entry, `..${pathname}${search}`) };
};

/** The time of the last change in ticks of .NET, of 100 ns since the year 1. */
const etagOf = ({ updated }: Entry) => String(BigInt(updated.getTime()) * 10_000n + 621_355_968_000_000_000n);

const answer = (document: object, type: "entry" | "feed", status: number, headers: Record<string, string> = {}) =>
  new Response(xml.build(document), {
    status,
    headers: { "content-type": `application/atom+xml;type=${type};charset=utf-8`, ...headers },
  });
