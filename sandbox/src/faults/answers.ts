import { armErrorBody } from "../arm/refusal.ts";
import { entraRefusals, refusalBody } from "../entra/refusal.ts";
import { graphErrorBody } from "../graph/refusal.ts";
import { refusalHeader } from "../http.ts";
import type { AmqpError } from "../service-bus/errors.ts";
import { atomError } from "../service-bus-admin/refusal.ts";
import { amqpSays, armSays, entraSays, graphSays } from "./sayings.ts";
import type { Endpoint, Refusal } from "./scenario.ts";

type Said = { readonly status: number; readonly message: string };

/** 429, in the shape of the service, with Retry-After in whole seconds (RFC 9110 §10.2.3). */
export function throttled(endpoint: Endpoint, retryAfter: number): Response {
  const seconds = String(Math.ceil(retryAfter / 1000));
  const message = `Too many requests; try again after ${seconds} seconds.`;
  const answer = { code: "TooManyRequests", status: 429, message };
  return shaped(endpoint, answer, { "retry-after": seconds });
}

/** The refusal that a rule asks for, in the shape of the service. */
export function refused(endpoint: Endpoint, { code, status, message }: Omit<Refusal, "endpoint">): Response {
  const known = said(endpoint, code);
  return shaped(endpoint, { code, status: status ?? known.status, message: message ?? known.message });
}

/** The same as an AMQP error. */
export const refusedOnBus = ({ code, message }: Refusal): AmqpError => ({
  condition: code,
  description: message ?? amqpSays[code] ?? `The sandbox's scenario refuses this with ${code}.`,
});

function said(endpoint: Endpoint, code: string): Said {
  const known = { entra: entraSaid, graph: (name: string) => graphSays[name], arm: (name: string) => armSays[name] };
  const otherwise = { status: 400, message: `The sandbox's scenario refuses this request with ${code}.` };
  return (endpoint === "atom" ? undefined : known[endpoint](code)) ?? otherwise;
}

function entraSaid(code: string): Said | undefined {
  const message = entraSays[code];
  const status = entraRefusals.get(code)?.status;
  return status === undefined || message === undefined ? undefined : { status, message };
}

function shaped(
  endpoint: Endpoint,
  { code, status, message }: Said & { readonly code: string },
  headers: Record<string, string> = {},
): Response {
  const init = { status, headers: { ...headers, [refusalHeader]: code } };
  if (endpoint === "atom") return atomError({ status, message }, init.headers);
  if (endpoint === "graph") return Response.json(graphErrorBody({ code, message }, undefined), init);
  if (endpoint === "arm") return Response.json(armErrorBody({ code, message }), init);
  const number = /^AADSTS(\d+)$/.exec(code)?.[1];
  if (number === undefined)
    return Response.json({ error: "temporarily_unavailable", error_description: message }, init);
  const error = entraRefusals.get(code)?.error ?? "invalid_request";
  return Response.json(refusalBody({ code: Number(number), error, message: `${code}: ${message}` }), init);
}
