import type { AuditedRun } from "../lib/audit/audit-trail.ts";
import type { Config } from "../lib/config/config.ts";
import type { ConfigFile } from "../lib/config/config-file.ts";
import { omitUndefined } from "../lib/domain/omit-undefined.ts";
import { Failure } from "../lib/errors/failure.ts";
import type { Terminal } from "./terminal/terminal.ts";

type Change = {
  /** The words of the command, such as `customers add`. */
  readonly command: string;
  /** The value of `--context`. */
  readonly named: string | undefined;
};

/**
 * What every command does before it changes something: it asks for the name of a protected context, and begins the audit trail, if
 * the config has one. A config that cannot be read is reported by the command itself, and `init` has none yet.
 */
export async function beforeChange(
  config: ConfigFile,
  terminal: Terminal,
  { command, named }: Change,
): Promise<AuditedRun | undefined> {
  const read = await config.read().catch(() => undefined);
  if (read === undefined) return undefined;
  await confirmContext(terminal, read.context, named);
  return read.auditFile === undefined ? undefined : beginAuditOf(read, read.auditFile, { command, terminal });
}

/** `--context` names the context already. Throws Failure "usage" where nobody can be asked. */
async function confirmContext(
  terminal: Terminal,
  context: Config["context"],
  named: string | undefined,
): Promise<void> {
  if (!context?.protected || named === context.name) return;
  const { name } = context;
  const { ask, isInteractive } = await import("./terminal/prompts.ts");
  if (!isInteractive(terminal)) throw new Failure("ContextProtected", `${name} is a protected context`);
  await ask(terminal, "--context", `${name} is protected. Type its name to go on`, (text) => {
    if (text !== name) throw new Error(`expected ${name}; Ctrl-C stops`);
  });
}

async function beginAuditOf(
  { provider: { clientId, credential }, file: config }: Config,
  auditFile: string,
  { command, terminal }: { readonly command: string; readonly terminal: Terminal },
): Promise<AuditedRun> {
  const [{ beginAudit }, { localActor }] = await Promise.all([
    import("../lib/audit/audit-trail.ts"),
    import("../lib/audit/actor.ts"),
  ]);
  const by = { ...localActor(terminal.env), clientId, ...omitUndefined({ credential: credential?.kind }) };
  return beginAudit(auditFile, { command, by, config });
}
