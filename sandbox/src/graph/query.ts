import { filterOf } from "./filter.ts";
import type { GraphContext } from "./graph-caller.ts";
import { GraphError } from "./graph-error.ts";

type View = Readonly<Record<string, unknown>>;

/** One object, or its `$select`ed properties. */
export const one = (context: GraphContext, entity: string, view: View) => ({
  "@odata.context": `${metadata(context)}#${entity}/$entity`,
  ...select(view, context.req.query("$select")),
});

/** The objects that `$filter` lets through, a page at a time. */
export function many(context: GraphContext, entity: string, views: readonly View[], pageSize: number) {
  const found = views.filter(filterOf(context.req.query("$filter"), isAdvanced(context)));
  const { start, size } = pageAsked(context, pageSize);
  const shown = found.slice(start, start + size).map((view) => select(view, context.req.query("$select")));
  const hasMore = start + size < found.length;
  return {
    "@odata.context": `${metadata(context)}#${entity}`,
    ...(context.req.query("$count") === "true" ? { "@odata.count": found.length } : {}),
    ...(hasMore ? { "@odata.nextLink": nextLink(context, start + size) } : {}),
    value: shown,
  };
}

/** An advanced query has both (Microsoft Graph, advanced query capabilities). */
const isAdvanced = ({ req }: GraphContext) =>
  req.header("consistencylevel")?.toLowerCase() === "eventual" && req.query("$count") === "true";

/** Objects as they are, without options of a query. */
export const collection = (context: GraphContext, entity: string, value: readonly View[]) => ({
  "@odata.context": `${metadata(context)}#${entity}`,
  value,
});

const metadata = (context: GraphContext) => `${new URL(context.req.url).origin}/graph/v1.0/$metadata`;

/** Largest `$top` that Graph takes for directory objects. */
const largestPage = 999;

function pageAsked(context: GraphContext, pageSize: number) {
  const top = context.req.query("$top");
  const size = top === undefined ? pageSize : Number(top);
  if (!Number.isInteger(size) || size < 1 || size > largestPage)
    throw new GraphError(
      400,
      "Request_UnsupportedQuery",
      `Invalid page size specified: '${top}'. Must be between 1 and 999 inclusive.`,
    );
  const token = context.req.query("$skiptoken");
  if (token === undefined) return { start: 0, size };
  const start = Number(Buffer.from(token, "base64url").toString());
  if (!Number.isInteger(start) || start < 1)
    throw new GraphError(400, "Directory_ExpiredPageToken", "The skip token is invalid.");
  return { start, size };
}

/** The same request from another place on; clients treat the token as opaque. */
function nextLink(context: GraphContext, start: number): string {
  const url = new URL(context.req.url);
  url.searchParams.set("$skiptoken", Buffer.from(String(start)).toString("base64url"));
  return url.href.replaceAll("%24", "$");
}

function select(view: View, properties: string | undefined): View {
  if (properties === undefined) return view;
  const wanted = properties.split(",").map((name) => name.trim());
  return Object.fromEntries(Object.entries(view).filter(([name]) => wanted.includes(name)));
}
