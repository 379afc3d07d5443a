import { defineCommand } from "../cli/command/define-command.ts";
import { group, pathOption } from "../cli/command/define-option.ts";
import type { Context } from "../cli/context.ts";
import { confirmCustomers } from "../cli/options/confirm-customers.ts";
import { selectionOptions } from "../cli/options/customer-options.ts";
import { messageFieldOptions } from "../cli/options/message-field-options.ts";
import { inputOf, readSendWords, requireFieldPath, whatText, withSavedCommand } from "../cli/options/send-input.ts";
import { sendWordsArgument } from "../cli/options/send-words.ts";
import { templateOptions } from "../cli/options/template-options.ts";
import {
  performRollout,
  planText,
  type RolloutStep,
  resultsFile,
  wouldRollOut,
} from "../cli/rollout/perform-rollout.ts";
import { beginOptions, planOptions } from "../cli/rollout/rollout-options.ts";
import { rolloutRenderer } from "../cli/rollout/rollout-view.ts";
import type { FieldAssignment } from "../lib/entry/commands.ts";
import { type Selection, selectCustomers } from "../lib/entry/customers.ts";
import { Failure } from "../lib/entry/errors.ts";
import { planSend, type SendOptions } from "../lib/entry/messages.ts";
import { beginRollout, newCommandId, type RolloutPlan, requireNewFile, rolloutFile } from "../lib/entry/rollouts.ts";
import { omitUndefined } from "../lib/entry/values.ts";
import { listCommand } from "./rollout/list.ts";
import { resumeCommand } from "./rollout/resume.ts";
import { retryCommand } from "./rollout/retry.ts";
import { showCommand } from "./rollout/show.ts";

type Options = Omit<SendOptions, "messageId" | "ndjson" | "count" | "at" | "in" | "skipInvalid" | "wait" | "saved"> &
  Omit<Selection, "names"> & {
    readonly command?: string;
    readonly set?: readonly FieldAssignment[];
    readonly first?: number;
    readonly stopOnFailure?: true;
    readonly timeout?: number;
    readonly correlate?: string;
    readonly results?: string;
    readonly dryRun?: true;
    readonly yes?: true;
  };

const defaultTimeout = 60_000;

/** Sends one command to many customers in stages, and waits for their statuses. The result file has every step. */
export async function* rollOut(
  context: Context,
  words: readonly string[],
  options: Options,
): AsyncGenerator<RolloutStep> {
  const { first, stopOnFailure, rate, correlate, results, dryRun, yes, ...given } = options;
  requireFieldPath(correlate);
  const { selection, text, file: body } = await readSendWords(context, words, given);
  const config = await context.config.read();
  const { all: _all, tag: _tag, timeout: limit, command, set, ...message } = given;
  const asked: Parameters<typeof withSavedCommand>[1] = omitUndefined({ command, set, timeout: limit });
  const { saved, queue, timeout } = await withSavedCommand(config, asked);
  if (queue === "status")
    throw new Failure(
      "UsageConflictingOptions",
      `${command} goes to the status queue, from which no status comes back`,
    );
  const customers = selectCustomers(config, selection);
  const id = newCommandId();
  const planned = await planSend(inputOf(context), {
    config,
    customers,
    text,
    options: { ...message, ...omitUndefined({ file: body ?? message.file, saved }), messageId: id, wait: true },
  });
  const plan: RolloutPlan = {
    ...omitUndefined({ first, stopOnFailure, perSecond: rate, correlate }),
    timeout: timeout ?? defaultTimeout,
  };
  if (dryRun) {
    yield* wouldRollOut(customers, plan);
    return;
  }
  const file = resultsFile(context, results, rolloutFile(context.terminal.env, id));
  await requireNewFile(file);
  const what = whatText(saved?.name ?? text, planned);
  if (customers.length > 1)
    await confirmCustomers(context, { config, customers, action: `Roll out ${what}${planText(plan)} to`, yes });
  const answer = saved?.answer && { name: saved.name, schema: saved.answer.schema };
  const entries = await beginRollout(config, customers, planned.source, {
    id,
    what,
    plan,
    ...omitUndefined({ answer }),
  });
  yield* performRollout(context, { config, file, entries });
}

const { messageId: _, ...fieldOptions } = messageFieldOptions;

export const rolloutCommand = defineCommand({
  name: "rollout",
  description:
    "Send one command to many customers, some of them first, and wait for their statuses. A result file has every step, so that a rollout can be resumed after a kill, and repeated for the customers that failed.",
  usage: "[options] [customers...] [body]",
  arguments: { words: sendWordsArgument },
  options: {
    ...selectionOptions,
    ...group("Body:", {
      file: pathOption("-f, --file <file>", "read the body from a file"),
      ...templateOptions,
    }),
    ...fieldOptions,
    ...planOptions,
    ...beginOptions,
  },
  createRenderer: rolloutRenderer,
  changes: true,
  run: (context, { words }, options) => rollOut(context, words, options as Options),
  subcommands: [resumeCommand, retryCommand, showCommand, listCommand],
  examples: [
    {
      line: "xtenant rollout acme fabrikam restart --first 1 --stop-on-failure --dry-run",
      what: "show who would be sent to first",
    },
    {
      line: "xtenant rollout --all --command restart --set service=web --rate 30/m --dry-run",
      what: "check a rollout of a saved command",
    },
  ],
  seeAlso: ["send", "command show", "rollout resume", "rollout retry"],
});
