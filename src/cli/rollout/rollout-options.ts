import { group, pathOption } from "../command/define-option.ts";
import { yesOption } from "../options/confirm-customers.ts";
import { parseCount, parseRate } from "../options/parsers.ts";
import { parseDuration } from "../options/times.ts";

/** How a rollout proceeds. */
export const planOptions = group("Rollout:", {
  first: {
    flags: "--first <count>",
    description: "send to this many customers first, and to the others when all of these have succeeded",
    parse: parseCount,
  },
  stopOnFailure: {
    flags: "--stop-on-failure",
    description: "send to nobody else after a failure; use it with --first or --rate",
  },
  rate: { flags: "--rate <number/s>", description: "customers to send to, such as 30/m", parse: parseRate },
  timeout: {
    flags: "--timeout <duration>",
    description: "how long to wait for the status of each customer (default: 60s)",
    parse: parseDuration,
  },
  correlate: {
    flags: "--correlate <path>",
    description: "field of the status that contains the command's id, if not the correlation id: body.id",
    sensitive: false,
  },
});

/** Where a new rollout is kept, and the question before it. */
export const beginOptions = group("Rollout:", {
  results: pathOption("--results <file>", "result file (default: in the user's state folder)"),
  dryRun: { flags: "--dry-run", description: "show the customers and the stages, and send nothing" },
  yes: yesOption,
});

export const rolloutArgument = {
  rollout: { description: "its id, the beginning of its id, or its result file", complete: "file" },
} as const;
