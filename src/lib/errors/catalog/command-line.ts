import type { CatalogPart } from "./catalog-entry.ts";

/** The command line, the help, and the end of a run. */
export const commandLine = {
  UsageUnknownOption: { kind: "usage", cause: "the command has no such option" },
  UsageUnknownCommand: { kind: "usage", cause: "there is no such command" },
  UsageMissingArgument: { kind: "usage", cause: "an argument is missing" },
  UsageMissingOption: { kind: "usage", cause: "an option is missing that this command line needs" },
  UsageMissingOptionValue: { kind: "usage", cause: "an option has no value and needs one" },
  UsageInvalidValue: { kind: "usage", cause: "a value on the command line is not valid" },
  UsageExcessArguments: { kind: "usage", cause: "there are more arguments than the command takes" },
  UsageConflictingOptions: { kind: "usage", cause: "options on the command line cannot be combined" },
  UsageOneCustomer: { kind: "usage", cause: "an option works with exactly one customer" },
  TerminalRequired: { kind: "usage", cause: "the command draws on the whole screen, and there is no terminal" },
  EditorFailed: { kind: "usage", cause: "the editor for a message cannot be started, or ended with an error" },
  UsageInvalid: { kind: "usage", cause: "the command line is not valid" },
  ConfirmationNeeded: { kind: "usage", cause: "the command ends messaging with several customers and needs --yes" },
  CustomerSelection: {
    kind: "usage",
    cause: "no customer is selected, or customers are selected in more than one way",
  },
  HelpTopicUnknown: { kind: "usage", cause: "there is no help on this topic" },
  VariableInvalid: { kind: "usage", cause: "an environment variable has a value that is not valid" },
  CodeUnknown: { kind: "notFound", cause: "the catalog has no such code" },
  CustomersFailed: { kind: "partial", cause: "some of the customers failed" },
  ResultsFailed: { kind: "partial", cause: "some of the results are failures" },
  NotConfirmed: { kind: "interrupted", cause: "the question was answered with no" },
  Interrupted: { kind: "interrupted", cause: "the run was interrupted" },
  Bug: { kind: "bug", cause: "xtenant has a fault", actor: "nobody" },
} as const satisfies CatalogPart;
