import { transports } from "../../lib/domain/transport.ts";
import { pathOption } from "../command/define-option.ts";
import { outputFormats } from "../output/output-format.ts";

/** The options of every command. */
export const globalOptions = {
  config: {
    flags: "-c, --config <file>",
    description:
      "config file (default: xtenant.json here, in a parent folder or in the user's config folder; env: XTENANT_CONFIG)",
    complete: "file",
  },
  context: {
    flags: "--context <name>",
    description: "named config: xtenant context list (env: XTENANT_CONTEXT)",
    complete: "context",
  },
  transport: {
    flags: "--transport <mode>",
    description: "protocol for Service Bus (default: auto; env: XTENANT_TRANSPORT)",
    choices: transports,
  },
  output: {
    flags: "-o, --output <format>",
    description: "print results in another format (default: text for people)",
    choices: outputFormats,
  },
  query: {
    flags: "--query <expression>",
    description: "print only what this JMESPath expression selects: docs/output.md",
  },
  json: { flags: "--json", description: "print results and errors as JSON, one value per line (-o jsonl)" },
  quiet: { flags: "-q, --quiet", description: "print no progress" },
  verbose: { flags: "-v, --verbose", description: "also print which identity is used and why" },
  debug: pathOption(
    "--debug <file>",
    "also write a debug log without secrets, for a support case; - writes it to standard error",
  ),
  pager: { flags: "--no-pager", description: "print long text without a pager (env: XTENANT_PAGER, PAGER)" },
  color: { flags: "--no-color", description: "print without color (env: NO_COLOR, FORCE_COLOR)" },
} as const;
