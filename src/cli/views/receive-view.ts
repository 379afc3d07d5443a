import stringWidth from "fast-string-width";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { bodyOfRecord } from "../../lib/domain/record-field.ts";
import type { Delivered, MessageReceived, ReceiveRecord } from "../../lib/receive/receive-record.ts";
import { customerFailureText } from "../output/customer-failure.ts";
import { formatTime } from "../output/format-time.ts";
import type { Style } from "../output/style.ts";
import { wrapToPage } from "../output/wrap-text.ts";
import type { View } from "../run-command.ts";
import type { Page } from "../terminal/screen.ts";

/** `utc`: times in UTC instead of local time. `long`: complete times and ids, also on a terminal. */
export type ReceiveLook = { readonly utc?: true | undefined; readonly long?: true | undefined };

/** The records of `poll` as people read them. */
export const createReceiveView =
  (look: ReceiveLook = {}): View<ReceiveRecord> =>
  (event, style, page) => {
    const { bold, green, dim, yellow } = style;
    const wrap = (line: string) => wrapToPage(line, page);
    switch (event.type) {
      case "message":
        return messageLine(event, look, style, page);
      case "delivered":
        return wrap(deliveredLine(event, style));
      case "skipped":
        return wrap(
          `${yellow("skipped")} ${bold(event.customer)} ${event.messages} messages that did not match; each counts one more delivery`,
        );
      case "failed":
        return customerFailureText(event, style, { page });
      case "recovered":
        return `${green("recovered")} ${bold(event.customer)}`;
      case "heartbeat":
        return wrap(
          dim(
            `${event.at} ${event.messages} messages, ${event.customers - event.failing.length} of ${event.customers} customers work`,
          ),
        );
    }
  };

/**
 * A status at a glance: mark, time, customer, outcome, and what the worker says. The id is last: on a terminal it is cut or
 * left out where the line has no place for it. The text of the message is never cut.
 */
function messageLine(event: MessageReceived, { utc, long }: ReceiveLook, style: Style, page?: Page): string {
  const { bold, dim, green, red, yellow } = style;
  const { outcome, detail, subject, contract, state } = event;
  const paint = outcome === "failed" ? red : outcome === "succeeded" ? green : dim;
  const mark = outcome === "failed" ? "✗" : outcome === "succeeded" ? "✓" : "·";
  const isLong = long || page === undefined;
  const time = isLong ? event.enqueuedAt : formatTime(event.enqueuedAt, { utc });
  const said = detail ?? bodyOfRecord(event);
  const words = [
    paint(mark),
    dim(time),
    bold(event.customer),
    ...(outcome === undefined ? [] : [paint(outcome)]),
    ...(subject === undefined ? [] : [dim(`${plainLine(subject)}:`)]),
    ...(said === "" ? [] : [plainLine(said)]),
    ...(state === undefined ? [] : [`${yellow(state)} ${dim(`number ${event.sequenceNumber}`)}`]),
    ...(contract ? [`${yellow("breaks the contract:")} ${plainLine(contract.errors.join("; "))}`] : []),
  ];
  const line = words.join(" ");
  const id = plainLine(event.correlationId ?? event.messageId ?? "");
  const withId = (text: string) => (text === "" ? line : `${line} ${dim(text)}`);
  if (isLong) return wrapToPage(withId(id), page);
  const fitting = [id, `${id.slice(0, 8)}…`].find((text) => stringWidth(withId(text)) <= page.columns);
  return fitting === undefined ? wrapToPage(line, page) : withId(fitting);
}

function deliveredLine(
  { customer, to, outcome, messageId, sequenceNumber, details }: Delivered,
  { green, red, bold, dim }: Style,
): string {
  const result = outcome === "accepted" ? green(to) : red(`${to} refused`);
  const said = Object.entries(details).map(([name, value]) => plainLine(`${name}=${text(value)}`));
  return `${result} ${bold(customer)} ${plainLine(messageId ?? sequenceNumber)} ${dim(said.join(" "))}`;
}

const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
