import type { FailureCode } from "../../lib/errors/catalog/catalog.ts";

const consent = "xtenant onboard {customer} (after a new consent, wait a few minutes)";
const checkCredentialKind = "check the credential kind in the config; for azure-cli: az login --tenant {tenant}";
const nothing = "nothing";
const help = "{command} --help";
const correctFile = "correct the file";
const onboardAgain = "nothing was changed; start again: xtenant onboard {customer} --listen";
const recordsAbove = "the records above name each failure and its remedy";

/** What to do about xtenant's own codes. */
export const ownRemedies = {
  UsageUnknownOption: help,
  UsageUnknownCommand: help,
  UsageMissingArgument: help,
  UsageMissingOption: help,
  UsageMissingOptionValue: help,
  UsageInvalidValue: help,
  UsageExcessArguments: help,
  UsageConflictingOptions: help,
  UsageOneCustomer: help,
  TerminalRequired: "in a pipe, a script or CI: xtenant status, xtenant poll --peek, xtenant dead-letter show",
  EditorFailed: "set EDITOR to a program that ends when the text is saved",
  UsageInvalid: help,
  ConfirmationNeeded: "run it with --dry-run first, then with --yes",
  CustomerSelection: "name one customer, several as acme,fabrikam, or use --all or --tag <key>=<value>",
  HelpTopicUnknown: "xtenant --help",
  VariableInvalid: "xtenant help environment",
  CodeUnknown:
    "xtenant explain --list; for a number of Entra (AADSTS), Microsoft's list: https://login.microsoftonline.com/error",
  CustomersFailed: recordsAbove,
  ResultsFailed: recordsAbove,
  NotConfirmed: nothing,
  Interrupted: nothing,
  Bug: "report it with the stack trace, and with the file that --debug <file> writes",

  ConfigNotFound:
    "xtenant init, or --config <file>, or XTENANT_CONFIG; to try the commands: xtenant context use sandbox",
  ConfigUnreadable: "xtenant init, or --config <file>",
  ConfigChangeInvalid: help,
  ConfigInvalid: "correct the file; docs/configuration.md lists every key",
  ConfigIncomplete: "set customers.{customer}.subscriptionId and customers.{customer}.resourceGroup in the config",
  ConfigExists: "xtenant init --force replaces it",
  SubscriptionMissing:
    'set customers.{customer}.subscriptionId in the config; az account list --query "[].id" lists the ids',
  NotJson: correctFile,
  NoCustomers: "xtenant customers add <name> --tenant <id> --namespace <host>",
  CustomerNotFound: "xtenant customers list shows the customers",
  CustomerExists: "xtenant customers show {customer}",
  TagNotFound: "xtenant customers list shows the tags",
  CustomerListInvalid: "correct the list; xtenant customers import --help names the columns",
  LocalSettingsInvalid: "name the provider's local.settings.json",
  LocalSettingsEncrypted: "run func settings decrypt in the folder of the settings",
  LocalSettingsIncomplete: "add the values, or write the config with xtenant init and xtenant customers add",
  LocalSettingsOfCustomer: "name the provider's local.settings.json",
  UnsafeEnvironment: "unset {variable}; the cloud in the config says where requests go",
  ContextNotFound: "xtenant context list shows the contexts; a sandbox to try: xtenant context use sandbox",
  ContextExists: "choose another name, or replace it with --force",
  ContextProtected: "name it on the command line: --context <name>",
  AuditMissing: "set audit.file in {file}: docs/audit.md",
  FileUnreadable: "check the path and the permissions of {file}",
  FileUnwritable: "check the path and the permissions of {file}",
  FileExists: "choose another name with --name",

  CredentialMissing:
    "set provider.credential in the config (docs/configuration.md); a customer needs none: the provider tests the role with xtenant verify",
  ResponderMissing: "set customers.{customer}.responder in the config, with an identity of the customer",
  SecretMissing: "set {variable}, or use a credential without a secret",
  SecretUnreadable: "check the path in the config, and the permissions of {file}",
  SecretEmpty: "write it again: xtenant app credential add",
  EnvironmentCredentialMissing:
    "set AZURE_CLIENT_ID with AZURE_FEDERATED_TOKEN_FILE, AZURE_CLIENT_CERTIFICATE_PATH or AZURE_CLIENT_SECRET, or use another kind of administrator",
  CertificateUnusable: "use a PEM file with a certificate that has not expired and its RSA private key",
  NoAssertion:
    "GitHub Actions: give the job `permissions: id-token: write`; Azure Pipelines: map SYSTEM_ACCESSTOKEN: $(System.AccessToken) in the step's env",
  PipelineAddressUntrusted: "unset {variable}",
  ManagedIdentityUnavailable:
    "on a machine outside Azure, use a certificate: xtenant app credential add --certificate --use",
  ResponderIdentityUnavailable:
    "run the worker on the customer's Azure machine, or set customers.{customer}.responder to a certificate or a secret",
  NoToken: checkCredentialKind,
  TokenMismatch: "check which identity this machine uses: xtenant verify --verbose",
  NoServicePrincipal: "the tenant's administrator consents first: xtenant onboard {customer}",
  SignInNeeded: "xtenant verify --drift, with an administrator credential that does not ask for a sign-in",
  NoTenant: "use the tenant id instead of the domain",
  SubscriptionOfOtherTenant:
    "nothing was changed; check subscriptionId and tenantId of customers.{customer} in the config",

  AppNotFound: "xtenant app create --use, or correct provider.clientId and provider.tenantId in the config",
  AppNotReplicated: "repeat the command in a minute; it is idempotent",
  ApplicationRightsMissing:
    "use an Application Administrator of the provider's tenant, or an app with Application.ReadWrite.All, as provider.administrator",
  CredentialExists: "xtenant app credential remove {name}",
  CredentialNameTaken: "choose another name with --name",
  CredentialNotFound: "xtenant app credential list",
  CredentialAmbiguous: "use the id of the credential: xtenant app credential list",
  CredentialInUse: "xtenant app credential rotate, or --force if you are sure",
  TooManyCredentials: "xtenant app credential list, then remove the unused ones",
  NoCredentialToRotate: "xtenant app credential add --certificate --use",
  NoRotation: "xtenant app credential list",
  RotationInProgress: "xtenant app credential rotate --{kind} continues it, --abandon gives it up",
  RotationSwitched: "xtenant app credential rotate finishes it",
  RotationStopped: "fix the failures above, then run xtenant app credential rotate again; --abandon gives up",
  RotationOfAnotherApp: "finish the rotation with that app in the config, or remove {file}",
  RotationUnreadable: "look with xtenant app credential list; then remove {file} and rotate again",

  ServicePrincipalMissing: consent,
  WrongOwner: "check provider.tenantId and provider.clientId in the config before you grant anything",
  ConsentDeclined: onboardAgain,
  ConsentStateInvalid: onboardAgain,
  ConsentWrongTenant: onboardAgain,
  BeyondLeastPrivilege:
    "messaging does not need this claim; let {customer} look, or use --as responder with an identity of {customer}",
  ResponderRefused:
    "as {customer}'s administrator: xtenant grant {customer} --responder --wait (a new role takes up to 10 minutes)",
  ResponderReadsCommands: "omit --as responder: the provider's app reads statuses",
  ScheduledOutOfSight:
    "xtenant scheduled cancel {customer} <number> works without it, with the number that send --at or --in printed",
  RoleDrift: "remove the roles, or set access in the config",
  TokensStillIssued: "removal takes a few minutes; then: xtenant offboard {customer} --yes",
  OffboardingIncomplete: "as {customer}'s administrator: xtenant offboard {customer} --yes",
  ManageClaimMissing: "nothing, if you use least privilege; otherwise: xtenant grant {customer}",

  BodyMissing: help,
  MessageLineInvalid:
    "correct the lines (docs/message-format.md describes the format), or send the other lines with --skip-invalid",
  IdTooLong: "shorten the id",
  LinesSkipped: "correct these lines in a file of their own, and send that file",
  TemplateInvalid: "xtenant send --help lists the placeholders; without --template nothing is filled in",
  RolloutNotFound: "xtenant rollout list shows the rollouts",
  RolloutInvalid: "xtenant rollout list shows the rollouts; name another one",
  RolloutExists: "name another file with --results, or continue it: xtenant rollout resume {file}",
  RolloutRunning: "wait until it ends: xtenant rollout show {name}",
  RolloutChanged: "use the config that the rollout began with: --config or --context",
  RolloutStopped:
    "xtenant rollout show {name}; for the other customers: xtenant rollout resume {name}; for those that failed: xtenant rollout retry {name} --failed",
  RolloutFailed:
    "xtenant rollout retry {name} --failed, or --unanswered for customers without a status; xtenant rollout resume {name} waits again",
  RolloutNothingLeft: "xtenant rollout show {name}",
  SavedCommandNotFound: "xtenant command saved lists the saved commands",
  SavedCommandInvalid: "correct commands in {file}: docs/saved-commands.md",
  FieldInvalid: "xtenant command saved shows the fields of each command; nothing was sent",
  AnswerUnexpected: "ask the customer; commands in the config says which answer is expected",
  ContractInvalid: "correct the JSON Schema {file}",
  ContractViolated: "correct the body, or contracts.command in the config",
  SendIncomplete:
    "send the same messages again with the same message ids: a queue that detects duplicates keeps one of each",
  NoStatus:
    "xtenant poll {customer}; does {customer}'s worker run? It must set the correlation id to the command's message id, or use --correlate",
  CommandFailed: "the status above says why",
  StatusesFailed: "the statuses above say why; xtenant command show <id> shows one command at all customers",
  WhereInvalid: `for example: --where 'properties.outcome == "failed" && body.version >= 2'`,
  ForwardInvalid: help,
  WebhookInvalid: help,
  WebhookUnreachable: "start the server, and check the address of --to-url",
  ExecFailed: "check the program and its permissions",
  OutputUnusable: "name another file; the file and the queues are unchanged",
  OutputFailed:
    "make room or choose another file; what was not written is still in the queues; before you repeat the command, check what it has sent or changed",
  ProviderQueueRefused: "give the app 'Azure Service Bus Data Sender' on {namespace}/{queue}, and check the name",
  ReceiveTimedOut: "repeat the command with a longer --timeout",
  MessagesMissed:
    "end the other receiver or wait until its locks end, then repeat the command; xtenant poll {customer} --peek shows the messages",
  MessageNotDeferred: "omit --sequence: xtenant poll receives the messages in their order",
  MessagesRefused: "the program's own output is above; repeat the command when it accepts the messages",
  RejectedRepeatedly: "fix the consumer, then start again; the message has few deliveries left",
  LastDelivery: "fix the consumer, then read the message without --exec and --where",
  TooManyHeldBack: "read the other messages first, or only peek: --peek --where",
  DeadLetterOutOfReach:
    "Service Bus delivers dead letters in order, and at most {limit} can be held: process the oldest of {queue} first, or select more at a time",
  DeadLettersMissed: "repeat the command later; the dead letters are unchanged",
  DeadLetterNotFound: "list the numbers: xtenant dead-letter show {customer}",
  DeadLetterKept: "repeat the command; the journal then has the message twice",
  DeadLetterCopied: "repeat the command; the copy is sent again with the same message id",
  DeadLetterUnsendable: "correct the line of the journal, then: xtenant send {customer} --ndjson <journal>",
  ResubmitRefused:
    "nothing was changed; resubmitting needs Listen and Send on the same queue, which least privilege does not give. Let {customer} resubmit, or agree on the wider role: xtenant grant {customer} --role data-owner",
  ResponderCannotResubmit:
    "nothing was changed; move the messages to a journal: xtenant dead-letter purge {customer} --queue command --as responder --journal <file>; then the provider sends it: xtenant send {customer} --ndjson <file>",
  NotPinged: "xtenant verify {customer}",

  DebugFileUnwritable: "name a new file, the log of an earlier run, or - for standard error",
  ListenFailed: "choose another port for --health, or 0 for any free port",
  PortInUse: "xtenant sandbox --port 0",
  SandboxNotFound: "xtenant sandbox --dir {folder}",
  SandboxProxyNotFound: "xtenant sandbox --dir {folder} --proxy",
  SandboxNotReady: "{command}",
  SandboxStopped: "xtenant context use sandbox",
  SandboxNotRunning: "xtenant sandbox --dir {folder}",
  SandboxRunning: "xtenant sandbox stop --dir {folder}, or name another folder with --dir",
  SandboxNotStopped: "end the process whose id is in {folder}/running.json",
  SandboxCaUnreadable: "is this the folder of a running sandbox? xtenant sandbox --dir <folder>",
  ScenarioInvalid: "docs/sandbox.md describes every key and action of a scenario",
  SandboxDataInvalid: "name another file, or remove this one",
} as const satisfies Partial<Record<FailureCode, string>>;
