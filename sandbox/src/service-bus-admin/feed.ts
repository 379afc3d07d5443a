import { XMLBuilder } from "fast-xml-parser";

const xml = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: true });
const atom = { "@_xmlns": "http://www.w3.org/2005/Atom" };

/** What an entry is about: its address, its name and the content. */
export type Entry = { readonly id: string; readonly title: string; readonly content: object };

/** One entity (RFC 4287 §4.1.2). */
export const entryResponse = (entry: Entry, status: number): Response =>
  answer({ entry: { ...atom, ...entryElement(entry) } }, "entry", status);

/** A list of entities; also, empty, the answer about an entity that is not there. `next` is the address of the next page. */
export const feedResponse = (id: string, entries: readonly Entry[], next?: string): Response =>
  answer(
    {
      feed: {
        ...atom,
        title: { "@_type": "text", "#text": entries.length === 0 ? "Publicly Listed Services" : "Queues" },
        id,
        updated: new Date().toISOString(),
        link: [{ "@_rel": "self", "@_href": id }, ...(next === undefined ? [] : [{ "@_rel": "next", "@_href": next }])],
        ...(entries.length === 0 ? {} : { entry: entries.map(entryElement) }),
      },
    },
    "feed",
    200,
  );

const entryElement = ({ id, title, content }: Entry) => ({
  id,
  title: { "@_type": "text", "#text": title },
  updated: new Date().toISOString(),
  link: { "@_rel": "self", "@_href": id },
  content: { "@_type": "application/xml", ...content },
});

const answer = (document: object, type: "entry" | "feed", status: number) =>
  new Response(xml.build(document), {
    status,
    headers: { "content-type": `application/atom+xml;type=${type};charset=utf-8` },
  });
