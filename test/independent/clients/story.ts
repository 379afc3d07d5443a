/** What each step of the story must say, whatever client runs it. */
export const story: Readonly<Record<string, object>> = {
  "send and receive": {
    body: "hello",
    messageId: "m1",
    correlationId: "c1",
    subject: "greeting",
    contentType: "text/plain",
    properties: { text: "x", number: 7, half: 0.5, yes: true },
  },
  settle: {
    ...{ abandoned: "two", counted: 1, deferred: "two" },
    ...{ dead: "three", reason: "bad", description: "very bad", left: [] },
  },
  "renew a lock": { later: true },
  "schedule and cancel": {
    peeked: [
      ["never", "scheduled"],
      ["later", "scheduled"],
    ],
    arrived: "soon",
    left: ["later"],
  },
  batch: { received: 50, inOrder: true },
  "large message": { bytes: 2 * 1024 ** 2, same: true },
  "receive and delete": { bodies: ["gone"], left: [] },
  sessions: {
    bodies: ["b1", "b2"],
    state: "half",
    renewed: true,
    second: "locked",
    next: "a",
    nextBodies: ["a1", "a2"],
  },
  reconnect: { before: "before", after: "after" },
  WebSocket: { body: "through the proxy" },
  administration: { sessions: true, deliveries: 5, active: 2, listed: true, gone: true },
};

/** A queue that is not there: each client has a word of its own for the 404 of `$cbs`. */
export const refusals: Readonly<Record<string, string>> = {
  python: "ServiceBusConnectionError",
  go: "notfound",
  java: "MESSAGING_ENTITY_NOT_FOUND",
  javascript: "MessagingEntityNotFound",
};

/** What a reader finds of each writer. */
export const letter = (writer: string, reader: string): object => ({
  body: `from ${writer} with ünïcode`,
  correlationId: "exchange",
  subject: writer,
  contentType: "text/plain",
  replyTo: `for-${writer}`,
  // Python writes a boolean with its value in a byte (AMQP 1.0 §1.6.2), and rhea, under the SDK for JavaScript, reads that byte.
  properties: { text: "x", number: 7, half: 0.5, yes: writer === "python" && reader === "javascript" ? 1 : true },
});
