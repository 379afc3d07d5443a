import { expect, test } from "vitest";
import { editableMessage } from "../../../src/cli/browse/edit-message.ts";
import { parseDraft } from "../../../src/lib/domain/message-line.ts";
import { incoming } from "../../fakes/incoming.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("a JSON body is edited as JSON, and every digit survives", () => {
  const body = '{"id":12345678901234567890,"text":"a\u202eb","list":[1.0]}';
  const text = editableMessage(incoming({ body: bytes(body), contentType: "application/json", messageId: "m-1" }));

  expect(text).toContain('\n  "body": {\n    "id": 12345678901234567890,\n    "text": "a\\u202eb",');
  const draft = parseDraft(text);
  expect(Buffer.from(draft.body).toString()).toBe('{"id":12345678901234567890,"text":"a\\u202eb","list":[1.0]}');
  expect(draft).toMatchObject({ contentType: "application/json" });
  expect(draft.messageId).not.toBe("m-1");
});

test("a copy of a dead letter is as its sender sent it, and its status finds the way back to the copy", () => {
  const properties = { DeadLetterReason: "HandlerFailed", DeadLetterErrorDescription: "exit code 1", region: "eu" };
  const ids = { messageId: "m-1", replyToSessionId: "m-1", deadLetterReason: "HandlerFailed" };
  const draft = parseDraft(editableMessage(incoming({ ...ids, properties })));

  expect(draft.properties).toEqual({ region: "eu" });
  expect(draft.replyToSessionId).toBe(draft.messageId);
  const other = parseDraft(editableMessage(incoming({ messageId: "m-1", replyToSessionId: "mine", properties })));
  expect(other).toMatchObject({ replyToSessionId: "mine", properties });
});

test.each([
  ["text", bytes("two\nlines"), "text/plain"],
  ["JSON of another type", bytes('{"a": 1}'), "text/plain"],
  ["bytes", Uint8Array.of(0, 255, 128), undefined],
])("a body of %s is the same when nothing is edited, and so are the properties", (_, body, contentType) => {
  const properties = { region: "eu", attempt: { type: "long", value: "9007199254740993" } } as const;
  const draft = parseDraft(editableMessage(incoming({ body, contentType, properties, subject: "restart" })));

  expect(Buffer.from(draft.body)).toEqual(Buffer.from(body));
  expect(draft).toMatchObject({ subject: "restart", properties });
});
