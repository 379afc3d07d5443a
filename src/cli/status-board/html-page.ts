import { createHash } from "node:crypto";
import { countText } from "../../lib/domain/count-text.ts";
import { htmlLine as escaped } from "../../lib/domain/html-text.ts";
import type { CustomerState } from "../../lib/status/customer-state.ts";
import { compareByLevel } from "../../lib/status/evaluate-state.ts";
import { isPartlySeen, type StateSummary } from "../../lib/status/state-summary.ts";
import { remedyOf } from "../remedies/remedies.ts";
import {
  claimsCell,
  consentCell,
  depthCell,
  noRole,
  oldestCell,
  ownFailure,
  ownFailureText,
  partlySeenCount,
  partlySeenLegend,
  pingCell,
  signOf,
  signs,
} from "./board-cells.ts";
import { nextSteps } from "./next-steps.ts";

/** Whose board it is. */
export type BoardOwner = {
  readonly tenantId: string;
  readonly clientId: string;
  readonly name?: string;
  readonly file?: string;
  /** The time stays in UTC; otherwise the reader's own time is shown. */
  readonly utc?: true;
};

/**
 * The board as one page that needs no other file and may load nothing. Foreign text in it has no effect. Its own script, which
 * filters and sorts, is the only one that may run.
 */
export const renderHtmlPage = (
  states: readonly CustomerState[],
  summary: StateSummary,
  owner?: BoardOwner,
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hashOf(script)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${summary.level}: ${countText(summary.customers, "customer")}${owner ? ` of ${escaped(owner.name ?? `app ${owner.clientId}`)}` : ""}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Customers${owner?.name ? ` of ${escaped(owner.name)}` : ""}</h1>
${owner ? ownerText(owner) : ""}
<p>${counted(summary)}</p>
<p class="quiet">As of <time datetime="${summary.at}"${owner?.utc ? " data-utc" : ""}>${summary.at.replace("T", " ").slice(0, 19)} UTC</time><span id="age"></span></p>
<p id="tools" hidden><label>Filter <input type="search" id="filter" placeholder="name, namespace or finding"></label></p>
${ownFailureNote(states)}</header>
${section("Need attention", states.filter(({ level }) => level !== "ok").toSorted(compareByLevel), true)}
${section(
  "Healthy",
  states.filter(({ level }) => level === "ok"),
  states.every(({ level }) => level === "ok"),
)}
<footer class="quiet">
<p>Queues: active / dead letters / scheduled; a plus where there may be more.</p>
<p><b>${noRole}</b>: the app has no Listen role on the command queue. Least privilege does not include it.</p>
${summary.partlySeen === 0 ? "" : `<p>${partlySeenLegend}. The customer's worker can look: <code>xtenant dead-letter list &lt;customer&gt; --queue command --as responder</code></p>`}
</footer>
<script>${script}</script>
</body>
</html>
`;

const ownerText = ({ tenantId, clientId, file }: BoardOwner): string =>
  `<p class="quiet">Provider's app <code>${escaped(clientId)}</code> of tenant <code>${escaped(tenantId)}</code>${file === undefined ? "" : `, config <code>${escaped(file)}</code>`}</p>`;

function ownFailureNote(states: readonly CustomerState[]): string {
  const own = ownFailure(states);
  if (own === undefined) return "";
  return `<p><b class="critical">${escaped(ownFailureText(own))}</b><br>next: ${escaped(remedyOf(own))}</p>\n`;
}

/** One table that can be closed. Without a ping it has no column for it. */
function section(title: string, states: readonly CustomerState[], open: boolean): string {
  if (states.length === 0) return "";
  const headings = headingsOf(states);
  return `<details${open ? " open" : ""}><summary>${title} (${states.length})</summary>
<table>
<thead><tr>${headings.map((text) => `<th scope="col"><button type="button">${text}</button></th>`).join("")}</tr></thead>
<tbody>
${states.map((state) => row(state, headings)).join("\n")}
</tbody>
</table>
</details>`;
}

const allHeadings = [
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
const headingsOf = (states: readonly CustomerState[]) =>
  allHeadings.filter((heading) => heading !== "Ping" || states.some(({ roundTrip }) => roundTrip !== undefined));

function counted(summary: StateSummary): string {
  const { ok, partlySeen, warning, unknown, critical, waitingStatuses, credentialDaysLeft: days } = summary;
  const counts = [
    countOf("ok", ok - partlySeen, `${signs.ok} ${ok - partlySeen} ok`),
    ...(partlySeen === 0 ? [] : [countOf("ok", partlySeen, `${partlySeenCount(partlySeen)} partly seen`)]),
    countOf("warning", warning, `${signs.warning} ${warning} warning`),
    ...(unknown === 0 ? [] : [countOf("unknown", unknown, `${signs.unknown} ${unknown} unknown`)]),
    countOf("critical", critical, `${signs.critical} ${critical} critical`),
  ].join(", ");
  return `${counts}; ${waitingStatuses} ${waitingStatuses === 1 ? "status" : "statuses"} waiting${days === undefined ? "" : `; the app's credential ends in ${countText(days, "day")}`}.`;
}

/** A count of none has no colour. */
const countOf = (level: string, count: number, text: string): string =>
  `<span class="count${count === 0 ? " quiet" : ` ${level}`}">${text}</span>`;

function row(state: CustomerState, headings: readonly string[]): string {
  const { level, customer, namespace, commands, statuses } = state;
  // The name stands before.
  const findings = state.findings.map((text) => escaped(text.replace(`${customer} `, "")));
  const hints = nextSteps(state).map((step) => `<span class="quiet">next: ${escaped(step)}</span>`);
  const cells = [
    consentCell(state),
    claimsCell(state),
    depthCell(commands),
    depthCell(statuses),
    oldestCell(state),
    ...(headings.includes("Ping") ? [pingCell(state)] : []),
  ];
  return [
    `<tr class="${level}"><td class="state">${signOf(state)} ${isPartlySeen(state) ? "ok, partly seen" : level}</td><th scope="row">${escaped(customer)}</th>`,
    ...[namespace, ...cells].map((cell, index) => cellOf(headings[index + 2], escaped(cell))),
    cellOf("Findings", (level === "unknown" ? [] : [...findings, ...hints]).join("<br>")),
    "</tr>",
  ].join("");
}

/** Where there is no room for columns, each cell has its heading before it. */
const cellOf = (heading: string | undefined, content: string) => `<td data-heading="${heading}">${content}</td>`;

/** Filters, sorts and shows the age. Without it the page shows everything. */
const script = `
"use strict";
const rows = () => [...document.querySelectorAll("tbody tr")];
const age = () => {
  const seconds = Math.max(0, (Date.now() - Date.parse(document.querySelector("time").dateTime)) / 1000);
  const [value, unit] = seconds < 90 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : seconds < 129600 ? [seconds / 3600, "hour"] : [seconds / 86400, "day"];
  const count = Math.round(value);
  document.querySelector("#age").textContent = ", " + count + " " + unit + (count === 1 ? "" : "s") + " old";
};
const time = document.querySelector("time");
if (time.dataset.utc === undefined) {
  time.title = time.textContent;
  time.textContent = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}
age();
setInterval(age, 10000);
document.querySelector("#tools").hidden = false;
document.querySelector("#filter").addEventListener("input", ({ target }) => {
  const wanted = target.value.trim().toLowerCase();
  for (const row of rows()) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  if (wanted !== "") for (const part of document.querySelectorAll("details")) part.open = true;
});
for (const table of document.querySelectorAll("table"))
  table.querySelectorAll("thead button").forEach((button, column) => button.addEventListener("click", () => {
    const heading = button.parentElement;
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const text = (row) => row.cells[column].textContent;
    const sorted = [...table.tBodies[0].rows].sort((one, other) => text(one).localeCompare(text(other), undefined, { numeric: true }));
    table.tBodies[0].append(...(down ? sorted.reverse() : sorted));
  }));
`;

const hashOf = (text: string) => createHash("sha256").update(text).digest("base64");

const style = `
:root { color-scheme: light dark; --line: light-dark(#d9dde2, #363c44); --ok: light-dark(#176f2c, #6fd089); --warning: light-dark(#8a5a00, #f0c14b); --critical: light-dark(#b3261e, #ff8a80); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 96rem; padding: 0 1rem; background: light-dark(#fff, #14181d); }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
header p, footer p { margin: .25rem 0; }
.quiet { opacity: .75; }
code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
input { font: inherit; padding: .3rem .6rem; border: 1px solid var(--line); border-radius: .4rem; background: transparent; color: inherit; min-width: min(22rem, 60vw); }
details { margin: 1.25rem 0; border: 1px solid var(--line); border-radius: .6rem; overflow: auto; }
summary { cursor: pointer; font-weight: 600; padding: .6rem 1rem; background: color-mix(in srgb, currentColor 5%, transparent); }
table { border-collapse: collapse; width: 100%; }
th, td { border-top: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; font-variant-numeric: tabular-nums; }
thead button { all: unset; cursor: pointer; font-size: .85em; opacity: .75; white-space: nowrap; }
thead button:focus-visible { outline: 2px solid; }
th[aria-sort="ascending"] button::after { content: " ↑"; }
th[aria-sort="descending"] button::after { content: " ↓"; }
th[scope="row"], td[data-heading="Findings"] { overflow-wrap: anywhere; }
th[scope="row"] { min-width: 5rem; }
td[data-heading="Namespace"] { min-width: 15rem; max-width: 22rem; overflow-wrap: anywhere; }
td[data-heading="Findings"] { min-width: 14rem; width: 45%; }
td.state { white-space: nowrap; font-weight: 600; }
.count { white-space: nowrap; font-weight: 600; }
.ok > .state, .count.ok { color: var(--ok); }
.warning > .state, .count.warning, .unknown > .state, .count.unknown { color: var(--warning); }
.critical > .state, .count.critical, b.critical { color: var(--critical); }
tr[hidden] { display: none !important; }
@media (max-width: 72rem) {
  table, tbody, tr, td, th { display: block; }
  thead { display: none; }
  tr { border-top: 1px solid var(--line); padding: .6rem 1rem; }
  th, td { border: 0; padding: .1rem 0; overflow-wrap: anywhere; }
  td.state, th[scope="row"] { display: inline; padding-right: .6rem; }
  th[scope="row"], td[data-heading="Namespace"], td[data-heading="Findings"] { min-width: 0; max-width: none; width: auto; }
  td[data-heading]:not(:empty)::before { content: attr(data-heading) ": "; opacity: .75; }
  .ok td[data-heading="Namespace"], .ok td[data-heading="Ping"] { display: none; }
}
`;
