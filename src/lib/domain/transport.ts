/** How a connection to a namespace is made: AMQP over TLS on port 5671, or inside a WebSocket on port 443. */
export type Transport = "amqp" | "websocket";

/** The values that an operator can choose. */
export const transports = ["auto", "amqp", "websocket"] as const;

export type TransportWish = (typeof transports)[number];
