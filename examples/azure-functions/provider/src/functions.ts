// The provider's functions: an HTTP request sends a command, and a timer reads the statuses of every customer.
import { app, type HttpRequest, type HttpResponseInit, type InvocationContext, type Timer } from "@azure/functions";
import { createXtenant, Failure, type ReceivedMessage, type Xtenant } from "xtenant";

/** One for the process: it keeps the tokens. */
const shared: Xtenant = createXtenant();

/** The HTTP status for each kind of failure. After a status from 400 to 499 the client must change its request. */
const statusOfKind: Readonly<Record<string, number>> = {
  usage: 400,
  notFound: 404,
  auth: 502,
  forbidden: 502,
  timeout: 504,
};

/** POST /api/customers/{customer}/commands with the command as body. `?wait=10` also waits for the status, in seconds. */
export async function sendCommand(
  request: HttpRequest,
  context: InvocationContext,
  xtenant: Xtenant = shared,
): Promise<HttpResponseInit> {
  const customer = request.params.customer ?? "";
  const wait = Number(request.query.get("wait") ?? 0) * 1000;
  const subject = request.query.get("subject");
  try {
    const body = await request.text();
    const contentType = request.headers.get("content-type");
    const command = { body, ...(contentType ? { contentType } : {}), ...(subject ? { subject } : {}) };
    const sent = await xtenant.send(customer, command, wait > 0 ? { wait } : {});
    return { status: sent.status ? 200 : 202, jsonBody: sent };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, kind, message, actor, retryable } = error;
    context.error(`${customer}: ${code}: ${message}`);
    const status = code === "MessageSizeExceeded" ? 413 : (statusOfKind[kind] ?? 503);
    return { status, jsonBody: { code, message, actor, retryable } };
  }
}

/** Your work. If it throws, the message is delivered again. */
export type StatusHandler = (status: ReceivedMessage, context: InvocationContext) => Promise<void> | void;

const logStatus: StatusHandler = ({ customer, correlationId, properties }, context) =>
  context.log(`${customer}: ${correlationId} ${properties.outcome ?? ""}`);

/**
 * Reads what is in every customer's status queue. A message is acknowledged after its handler, so none is lost when the function ends
 * early. An output binding sends only after the function has returned, which would be too late: send in the handler instead.
 */
export async function readStatuses(
  _timer: Timer,
  context: InvocationContext,
  xtenant: Xtenant = shared,
  handle: StatusHandler = logStatus,
): Promise<void> {
  const customers = await xtenant.customers();
  const ended = await Promise.allSettled(customers.map(({ name }) => readStatusesOf(name)));
  const failures = ended.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} of ${customers.length} customers failed`);

  async function readStatusesOf(customer: string): Promise<void> {
    try {
      for await (const { messages, acknowledge } of xtenant.receive(customer)) {
        for (const message of messages) await handle(message, context);
        await acknowledge();
      }
    } catch (error) {
      context.error(`${customer}: ${error instanceof Failure ? error.code : "error"}: ${String(error)}`);
      throw error;
    }
  }
}

app.http("sendCommand", {
  methods: ["POST"],
  authLevel: "function",
  route: "customers/{customer}/commands",
  handler: (request, context) => sendCommand(request, context),
});

app.timer("readStatuses", { schedule: "*/10 * * * * *", handler: (timer, context) => readStatuses(timer, context) });
