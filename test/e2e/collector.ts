import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { z } from "zod";

const value = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.number(), z.string()]).optional(),
  doubleValue: z.number().optional(),
});
const number = z.union([z.number(), z.string()]).optional();
const attributes = z.array(z.object({ key: z.string(), value })).default([]);
const point = z.object({ attributes, asInt: number, asDouble: number, count: number });
const points = z.object({ dataPoints: z.array(point) }).optional();

/** The parts of OTLP as JSON that the tests read (opentelemetry-proto, collector services). */
const traces = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              ...{ traceId: z.string(), spanId: z.string(), parentSpanId: z.string().optional(), name: z.string() },
              ...{ kind: z.number(), attributes, status: z.object({ code: z.number().optional() }).optional() },
              links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
            }),
          ),
        }),
      ),
    }),
  ),
});
const metrics = z.object({
  resourceMetrics: z.array(
    z.object({
      scopeMetrics: z.array(
        z.object({
          metrics: z.array(z.object({ name: z.string(), sum: points, gauge: points, histogram: points })),
        }),
      ),
    }),
  ),
});

const plain = (list: z.infer<typeof attributes>) =>
  Object.fromEntries(list.map(({ key, value: one }) => [key, one.stringValue ?? one.intValue ?? one.doubleValue]));

type Tls = { readonly certificate: string; readonly privateKey: string };

/** A collector that reads OTLP/HTTP, or answers with a given status. */
export async function openCollector(answer = 200, tls?: Tls) {
  const spans: ReturnType<typeof readSpans> = [];
  const points_: ReturnType<typeof readPoints> = [];
  const headers: Record<string, unknown>[] = [];
  const serve: RequestListener = async (request, response) => {
    headers.push(request.headers);
    const body: unknown = await json(request);
    if (answer === 200 && request.url === "/v1/traces") spans.push(...readSpans(body));
    if (answer === 200 && request.url === "/v1/metrics") points_.push(...readPoints(body));
    response.writeHead(answer, { "content-type": "application/json" }).end("{}");
  };
  const server = tls ? createTlsServer({ cert: tls.certificate, key: tls.privateKey }, serve) : createServer(serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http${tls ? "s" : ""}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ spans, points: points_, headers },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function readSpans(body: unknown) {
  return traces.parse(body).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        attributes: plain(span.attributes),
        service: plain(resource.attributes)["service.name"],
      })),
    ),
  );
}

function readPoints(body: unknown) {
  return metrics.parse(body).resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics: all }) =>
      all.flatMap(
        ({ name, sum, gauge, histogram }) =>
          (sum ?? gauge ?? histogram)?.dataPoints.map(({ attributes: list, asInt, asDouble, count }) => ({
            ...{ name, attributes: plain(list), value: Number(asInt ?? asDouble ?? count) },
          })) ?? [],
      ),
    ),
  );
}
