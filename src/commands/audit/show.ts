import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { parseArgument } from "../../cli/options/parsers.ts";
import { parseTime } from "../../cli/options/times.ts";
import { formatTime } from "../../cli/output/format-time.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import { type AuditEntry, readAudit } from "../../lib/entry/audit.ts";
import { type CustomerName, parseCustomerNames } from "../../lib/entry/customers.ts";
import { Failure } from "../../lib/entry/errors.ts";
import { countText, plainLine } from "../../lib/entry/values.ts";

type Options = {
  readonly since?: Date;
  readonly customer?: readonly (readonly CustomerName[])[];
  readonly run?: string;
};

/** With a customer, only the results that concern it, and the runs that they belong to. */
export async function* show(
  { config }: Pick<Context, "config">,
  { since, customer = [], run }: Options,
): AsyncGenerator<AuditEntry> {
  const { auditFile, file } = await config.read();
  if (auditFile === undefined) throw new Failure("AuditMissing", `${file} names no audit trail`, { params: { file } });
  const names = new Set<unknown>(customer.flat());
  const begun = new Map<string, AuditEntry>();
  const shown = new Set<string>();
  for await (const entry of readAudit(auditFile)) {
    if (since !== undefined && new Date(entry.at) < since) continue;
    if (run !== undefined && !entry.run.startsWith(run)) continue;
    if (names.size === 0) {
      yield entry;
      continue;
    }
    if (entry.audit === "begin") begun.set(entry.run, entry);
    else if (entry.audit === "result" && names.has(entry.customer)) {
      const begin = begun.get(entry.run);
      if (begin && !shown.has(entry.run)) yield begin;
      shown.add(entry.run);
      yield entry;
    } else if (entry.audit === "end") {
      if (shown.has(entry.run)) yield entry;
      begun.delete(entry.run);
    }
  }
}

export const view: View<AuditEntry> = (entry, { bold, dim, green, red, yellow }, page) => {
  const wrap = (line: string) => wrapToPage(line, page);
  switch (entry.audit) {
    case "begin": {
      const { user, host, job, clientId, credential = "no credential" } = entry.by;
      const where = plainLine(`${user} on ${host}${job === undefined ? "" : `, ${job}`}`);
      return wrap(
        `${dim(formatTime(entry.at))}  ${bold(`xtenant ${plainLine(entry.command)}`)} by ${where}; app ${clientId}, ${credential}`,
      );
    }
    case "result": {
      const {
        audit: _,
        run: _run,
        at: _at,
        command: _command,
        type,
        customer,
        tenantId: _tenant,
        code,
        ...ids
      } = entry;
      const values = Object.entries(ids).map(([name, value]) => plainLine(`${name}=${value}`));
      const what = [type, customer, code && red(plainLine(String(code)))].filter(Boolean).map(String);
      return wrap(`  ${[...what, dim(values.join(" "))].join(" ").trimEnd()}`);
    }
    case "end": {
      const paint = { succeeded: green, failed: red, interrupted: yellow }[entry.outcome];
      const code = entry.code === undefined ? "" : ` (${plainLine(entry.code)})`;
      return wrap(
        `  ${paint(entry.outcome)}${code}, ${countText(entry.results, "result")} ${dim(`run ${entry.run.slice(0, 8)}`)}`,
      );
    }
  }
};

export const showCommand = defineCommand({
  name: "show",
  summary: "show who did what",
  description:
    "Show the commands that changed something, in their order: who ran them, from which host and job, with which app, and the ids and counts of their results.",
  options: {
    since: {
      flags: "--since <time>",
      description: "only at or after this time, or within this duration",
      parse: parseTime,
    },
    customer: {
      flags: "--customer <names>",
      description: "only what concerns these customers; repeatable",
      parse: parseArgument(parseCustomerNames),
      repeatable: true,
    },
    run: { flags: "--run <id>", description: "only this run; the beginning of its id is enough" },
  },
  render: view,
  paged: "top",
  run: (context, _args, options) => show(context, options),
  examples: [
    {
      line: "xtenant audit show --query \"[?audit=='end' && outcome=='failed']\" -o table",
      what: "show the runs that failed",
      exitCode: 2,
    },
    {
      line: "xtenant audit show --since 1d --customer acme",
      what: "show what was done for acme in the last day",
      exitCode: 2,
    },
  ],
  seeAlso: ["help config"],
});
