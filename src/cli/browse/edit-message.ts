import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageAsSent } from "../../lib/domain/dead-letter-record.ts";
import { isJson } from "../../lib/domain/json-text.ts";
import type { Incoming } from "../../lib/domain/message.ts";
import { escapeHidden, safeJson } from "../../lib/domain/safe-json.ts";
import { Failure } from "../../lib/entry/errors.ts";
import { messageLine, newCommandId } from "../../lib/entry/messages.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { indentJson } from "./format-body.ts";

/**
 * A copy of the message as a document for an editor. It has an id of its own, because a queue with duplicate detection would drop the
 * message otherwise. A session for the status that had the id of the message gets the new one, too. The copy of a dead letter does not
 * have what the broker added. A body of JSON is part of the document: its digits and keys stay as they are written.
 */
export function editableMessage(message: Incoming): string {
  const {
    amqp: _amqp,
    decodedBody: _decoded,
    body,
    scheduledAt: _scheduled,
    ...line
  } = messageLine(messageAsSent(message));
  const messageId = newCommandId();
  const isOwnSession = line.messageId !== undefined && line.replyToSessionId === line.messageId;
  const fields = { ...line, messageId, ...(isOwnSession && { replyToSessionId: messageId }) };
  const isJson = line.bodyEncoding === undefined && isJsonDocument(body, message.contentType);
  const text = isJson ? escapeHidden(indentJson(body)).replaceAll("\n", "\n  ") : safeJson(body);
  const before = safeJson(fields, 2).slice(0, -"\n}".length);
  return `${before},\n  "body": ${text}\n}\n`;
}

/** A text or a number as a body is written as text: only an object or a list is surely JSON. */
const isJsonDocument = (body: string, contentType: string | undefined): boolean =>
  /^\s*[[{]/.test(body) && /json/i.test(contentType ?? "") && isJson(body);

/**
 * Has a person change a text in an editor, which takes the terminal until it ends. The file is only this user's, and is removed
 * afterwards. Throws Failure "usage" when the editor cannot be started, or ends with an error.
 */
export async function editText({ env }: Pick<Terminal, "env">, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "xtenant-edit-"));
  try {
    const file = join(folder, "message.json");
    await writeFile(file, text, { mode: 0o600 });
    const words = (env.VISUAL || env.EDITOR || "vi").split(" ").filter((word) => word !== "");
    const [program = "vi", ...args] = words;
    const child = spawn(program, [...args, file], { stdio: "inherit", env: { ...env } });
    const [code] = await once(child, "close").catch((cause: unknown) => {
      throw new Failure("EditorFailed", `cannot start the editor ${program}`, { cause });
    });
    if (code !== 0) throw new Failure("EditorFailed", `the editor ${program} ended with ${code ?? "a signal"}`);
    return await readFile(file, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
