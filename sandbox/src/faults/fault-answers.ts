import { armErrorBody } from "../arm/arm-error.ts";
import { entraErrors, refusalBody } from "../entra/entra-error.ts";
import { graphErrorBody } from "../graph/graph-error.ts";
import { refusalHeader } from "../http.ts";
import type { AmqpError } from "../service-bus/amqp-errors.ts";
import { atomError } from "../service-bus-admin/atom-error.ts";
import { amqpMessages, armMessages, entraMessages, graphMessages } from "./fault-messages.ts";
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
  description: message ?? amqpMessages[code] ?? `The sandbox's scenario refuses this with ${code}.`,
});

function said(endpoint: Endpoint, code: string): Said {
  const known = {
    entra: entraSaid,
    graph: (name: string) => graphMessages[name],
    arm: (name: string) => armMessages[name],
  };
  const otherwise = { status: 400, message: `The sandbox's scenario refuses this request with ${code}.` };
  return (endpoint === "atom" ? undefined : known[endpoint](code)) ?? otherwise;
}

function entraSaid(code: string): Said | undefined {
  const message = entraMessages[code];
  const status = entraErrors.get(code)?.status;
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
  const error = entraErrors.get(code)?.error ?? "invalid_request";
  return Response.json(refusalBody({ code: Number(number), error, message: `${code}: ${message}` }), init);
}
