/** What a link's source or target names. */
export type EntityAddress = {
  /** Path under the namespace, lower case, as in the audience of a token. */
  readonly path: string;
  /** The queue's name as the client spelled it. */
  readonly queue: string;
  /** Which of the queue's stores of messages. */
  readonly part: "messages" | "deadLetters" | "transferDeadLetters";
  readonly isManagement: boolean;
};

export const cbsAddress = "$cbs";

/** Reads a node address: `q`, `q/$deadletterqueue`, `q/$transfer/$deadletterqueue`, `q/$management`, with or without a leading slash or `sb://host/`. */
export function parseEntityAddress(address: string): EntityAddress {
  const path = entityPath(address);
  const parts = path.split("/");
  const isManagement = parts.at(-1)?.toLowerCase() === "$management";
  if (isManagement) parts.pop();
  const isDeadLetter = parts.at(-1)?.toLowerCase() === "$deadletterqueue";
  if (isDeadLetter) parts.pop();
  const isTransfer = isDeadLetter && parts.at(-1)?.toLowerCase() === "$transfer";
  if (isTransfer) parts.pop();
  const part = isTransfer ? "transferDeadLetters" : isDeadLetter ? "deadLetters" : "messages";
  return { path: path.toLowerCase(), queue: parts.join("/"), part, isManagement };
}

/** The path of an audience or address, without scheme and host. */
export function entityPath(uri: string): string {
  return uri.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, "").replace(/^\/+|\/+$/g, "");
}
