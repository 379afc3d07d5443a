import { plainLine } from "../../lib/domain/plain-text.ts";
import type { CustomerState } from "../../lib/status/customer-state.ts";
import { compareByLevel } from "../../lib/status/evaluate-state.ts";
import type { StateSummary } from "../../lib/status/state-summary.ts";
import { remedyOf } from "../remedies/remedies.ts";
import { claimsCell, consentCell, depthCell, oldestCell, pingCell, signs } from "./board-cells.ts";

/** The board as one page that needs no other file and may load nothing. Foreign text in it has no effect. */
export const renderHtmlPage = (states: readonly CustomerState[], summary: StateSummary): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>xtenant: ${summary.level}, ${summary.customers} customers</title>
<style>${style}</style>
</head>
<body>
<h1>Customers</h1>
<p>${counted(summary)} <time datetime="${summary.at}">${summary.at.replace("T", " ").slice(0, 19)} UTC</time></p>
<table>
<caption>Queues: active / dead letters / scheduled; a plus where there may be more</caption>
<thead><tr>${headings.map((text) => `<th scope="col">${text}</th>`).join("")}</tr></thead>
<tbody>
${[...states].sort(compareByLevel).map(row).join("\n")}
</tbody>
</table>
</body>
</html>
`;

const headings = [
  "State",
  "Customer",
  "Namespace",
  "Consent",
  "May",
  "Commands",
  "Statuses",
  "Oldest",
  "Ping",
  "Findings",
];

function counted({ ok, warning, critical, waitingStatuses, credentialDaysLeft: days }: StateSummary): string {
  const counts = `<b class="ok">${signs.ok} ${ok} ok</b>, <b class="warning">${signs.warning} ${warning} warning</b>, <b class="critical">${signs.critical} ${critical} critical</b>`;
  return `${counts}; ${waitingStatuses} ${waitingStatuses === 1 ? "status" : "statuses"} waiting${days === undefined ? "" : `; the app's credential ends in ${days} days`}.`;
}

function row(state: CustomerState): string {
  const { level, customer, namespace, commands, statuses, findings, errors } = state;
  const hints = [...new Set(errors.map((error) => `next: ${remedyOf(error)}`))];
  const cells = [
    consentCell(state),
    claimsCell(state),
    depthCell(commands),
    depthCell(statuses),
    oldestCell(state),
    pingCell(state),
  ];
  return [
    `<tr class="${level}"><td class="state">${signs[level]} ${level}</td><th scope="row">${escaped(customer)}</th>`,
    ...[namespace, ...cells].map((cell, index) => cellOf(index + 2, escaped(cell))),
    cellOf(headings.length - 1, [...findings, ...hints].map(escaped).join("<br>")),
    "</tr>",
  ].join("");
}

/** Where there is no room for columns, each cell has its heading before it. */
const cellOf = (column: number, content: string) => `<td data-heading="${headings[column]}">${content}</td>`;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (foreign: string) =>
  plainLine(foreign).replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");

const style = `
:root { color-scheme: light dark; --ok: light-dark(#176f2c, #6fd089); --warning: light-dark(#8a5a00, #f0c14b); --critical: light-dark(#b3261e, #ff8a80); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
caption { caption-side: bottom; padding: .5rem; text-align: left; opacity: .75; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .35rem .6rem; text-align: left; vertical-align: top; font-variant-numeric: tabular-nums; }
th[scope="row"], td[data-heading="Namespace"], td[data-heading="Findings"] { overflow-wrap: anywhere; }
td.state { white-space: nowrap; font-weight: 600; }
.ok > .state, b.ok { color: var(--ok); }
.warning > .state, b.warning { color: var(--warning); }
.critical > .state, b.critical { color: var(--critical); }
@media (max-width: 60rem) {
  table, caption, tbody, tr, td, th { display: block; }
  thead { display: none; }
  tr { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .6rem 0; }
  th, td { border: 0; padding: .1rem 0; overflow-wrap: anywhere; }
  td[data-heading]:not(:empty)::before { content: attr(data-heading) ": "; opacity: .75; }
}
`;
