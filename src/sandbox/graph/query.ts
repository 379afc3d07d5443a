import type { GraphContext } from "./caller.ts";
import { GraphRefusal } from "./refusal.ts";

type View = Readonly<Record<string, unknown>>;

/** One object, or its `$select`ed properties. */
export const one = (context: GraphContext, entity: string, view: View) => ({
  "@odata.context": `${metadata(context)}#${entity}/$entity`,
  ...select(view, context.req.query("$select")),
});

/** The objects that `$filter` lets through. */
export const many = (context: GraphContext, entity: string, views: readonly View[]) => ({
  "@odata.context": `${metadata(context)}#${entity}`,
  value: views.filter(filter(context.req.query("$filter"))).map((view) => select(view, context.req.query("$select"))),
});

const metadata = (context: GraphContext) => `${new URL(context.req.url).origin}/graph/v1.0/$metadata`;

function select(view: View, properties: string | undefined): View {
  if (properties === undefined) return view;
  const wanted = properties.split(",").map((name) => name.trim());
  return Object.fromEntries(Object.entries(view).filter(([name]) => wanted.includes(name)));
}

/** Of OData's filters only the comparison of one property, or of any of its values, with a text: `appId eq '…'`. */
function filter(expression: string | undefined): (view: View) => boolean {
  if (expression === undefined) return () => true;
  const match = expression.match(equality) ?? expression.match(anyEquality);
  const { property = "", text = "" } = match?.groups ?? {};
  if (match === null) throw new GraphRefusal(400, "BadRequest", `Invalid filter clause: ${expression}`);
  const wanted = text.replaceAll("''", "'").toLowerCase();
  return (view) => [view[property]].flat().some((value) => String(value).toLowerCase() === wanted);
}

const equality = /^\s*(?<property>appId|displayName|uniqueName|id)\s+eq\s+'(?<text>(?:[^']|'')*)'\s*$/;

/** As the Azure CLI looks for a service principal. */
const anyEquality =
  /^\s*(?<property>servicePrincipalNames)\/any\(\s*(\w+)\s*:\s*\2\s+eq\s+'(?<text>(?:[^']|'')*)'\s*\)\s*$/;
