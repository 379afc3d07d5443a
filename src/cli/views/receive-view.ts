import { plainLine } from "../../lib/domain/plain-text.ts";
import { bodyOfRecord } from "../../lib/domain/record-field.ts";
import type { Delivered, ReceiveRecord } from "../../lib/receive/receive-record.ts";
import { customerFailureText } from "../output/customer-failure.ts";
import type { Style } from "../output/style.ts";
import { wrapToPage } from "../output/wrap-text.ts";
import type { View } from "../run-command.ts";

/** The records of `poll` as people read them. */
export const receiveView: View<ReceiveRecord> = (event, style, page) => {
  const { bold, green, dim, yellow } = style;
  const wrap = (line: string) => wrapToPage(line, page);
  switch (event.type) {
    case "message": {
      const broken = event.contract
        ? ` ${yellow("breaks the contract:")} ${plainLine(event.contract.errors.join("; "))}`
        : "";
      const setAside =
        event.state === undefined ? "" : ` ${yellow(event.state)} ${dim(`number ${event.sequenceNumber}`)}`;
      return wrap(
        `${dim(event.enqueuedAt)} ${bold(event.customer)} ${plainLine(event.correlationId ?? event.messageId ?? "-")} ${plainLine(bodyOfRecord(event))}${setAside}${broken}`,
      );
    }
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

function deliveredLine(
  { customer, to, outcome, messageId, sequenceNumber, details }: Delivered,
  { green, red, bold, dim }: Style,
): string {
  const result = outcome === "accepted" ? green(to) : red(`${to} refused`);
  const said = Object.entries(details).map(([name, value]) => plainLine(`${name}=${text(value)}`));
  return `${result} ${bold(customer)} ${plainLine(messageId ?? sequenceNumber)} ${dim(said.join(" "))}`;
}

const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
