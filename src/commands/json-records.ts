import type { ChangeRecord } from "../cli/browse/changes.ts";
import type { LogLevel } from "../cli/output/log.ts";
import type { RolloutStep } from "../cli/rollout/perform-rollout.ts";
import type { AuditEntry } from "../lib/entry/audit.ts";
import type { CommandRecord } from "../lib/entry/commands.ts";
import type { CustomerRecord } from "../lib/entry/customers.ts";
import type { RemovalRecord } from "../lib/entry/dead-letters.ts";
import type { FailureRecord } from "../lib/entry/errors.ts";
import type { CustomerFailed, MessageLine, ReceiveRecord, RespondRecord } from "../lib/entry/messages.ts";
import type {
  AccessFile,
  ConsentStep,
  CustomerEnd,
  GrantStep,
  InvitationState,
  RoundTrip,
} from "../lib/entry/onboarding.ts";
import type { CredentialRecord } from "../lib/entry/provider-app.ts";
import type { RolloutSummary } from "../lib/entry/rollouts.ts";
import type { CustomerState, StateSummary } from "../lib/entry/status.ts";
import type { Created } from "./app/create.ts";
import type { Added } from "./app/credential/add.ts";
import type { Removed } from "./app/credential/remove.ts";
import type { RotateRecord } from "./app/credential/rotate.ts";
import type { Shown as ShownApp } from "./app/show.ts";
import type { SavedCommandRecord } from "./command/saved.ts";
import type { Script } from "./completion.ts";
import type { Added as AddedContext } from "./context/add.ts";
import type { ContextRecord } from "./context/list.ts";
import type { Removed as RemovedContext } from "./context/remove.ts";
import type { Shown as ShownContext } from "./context/show.ts";
import type { Used as UsedContext } from "./context/use.ts";
import type { Imported } from "./customers/import.ts";
import type { Listed } from "./dead-letter/list.ts";
import type { ShownRecord } from "./dead-letter/show.ts";
import type { Shown as ShownScene } from "./demo.ts";
import type { Explained } from "./explain.ts";
import type { Written } from "./init.ts";
import type { InvitationRecord } from "./invite.ts";
import type { Step as OffboardStep } from "./offboard.ts";
import type { ShownRollout } from "./rollout/show.ts";
import type { Variables } from "./sandbox/env.ts";
import type { Stopped as StoppedSandbox } from "./sandbox/stop.ts";
import type { Ready } from "./sandbox.ts";
import type { Cancelled } from "./scheduled/cancel.ts";
import type { Scheduled } from "./scheduled/list.ts";
import type { SendRecord } from "./send.ts";
import type { Verified } from "./verify.ts";
import type { Identity } from "./whoami.ts";

/**
 * What each command prints under `--json`, one record for each line. `schema/records.schema.json` is generated from these
 * types (scripts/record-schemas.ts), and the end-to-end tests validate every record that they see.
 */
export type JsonRecords = {
  readonly init: Written;
  readonly "app create": Created;
  readonly "app show": ShownApp;
  readonly "app credential add": Added;
  readonly "app credential list": CredentialRecord;
  readonly "app credential remove": Removed;
  readonly "app credential rotate": RotateRecord;
  readonly "context list": ContextRecord;
  readonly "context use": UsedContext;
  readonly "context show": ShownContext;
  readonly "context add": AddedContext;
  readonly "context remove": RemovedContext;
  readonly "customers add": CustomerRecord;
  readonly "customers set": CustomerRecord;
  readonly "customers import": Imported;
  readonly "customers list": CustomerRecord;
  readonly "customers show": CustomerRecord;
  readonly "customers remove": CustomerRecord;
  readonly onboard: ConsentStep | GrantStep | RoundTrip | AccessFile | CustomerEnd;
  readonly invite: InvitationRecord;
  readonly "invite list": InvitationState;
  readonly grant: GrantStep | CustomerEnd;
  readonly verify: Verified;
  readonly send: SendRecord;
  readonly rollout: RolloutStep;
  readonly "rollout resume": RolloutStep;
  readonly "rollout retry": RolloutStep;
  readonly "rollout show": ShownRollout;
  readonly "rollout list": RolloutSummary;
  readonly "command show": CommandRecord | CustomerFailed;
  readonly "command saved": SavedCommandRecord;
  readonly "scheduled list": Scheduled | CustomerFailed;
  readonly "scheduled cancel": Cancelled;
  readonly poll: ReceiveRecord | MessageLine;
  readonly "dead-letter list": Listed | CustomerFailed;
  readonly "dead-letter show": ShownRecord;
  readonly "dead-letter resubmit": RemovalRecord;
  readonly "dead-letter purge": RemovalRecord;
  readonly respond: RespondRecord;
  readonly offboard: OffboardStep | CustomerEnd;
  readonly status: CustomerState | StateSummary;
  readonly browse: ChangeRecord;
  readonly whoami: Identity;
  readonly "audit show": AuditEntry;
  readonly explain: Explained;
  readonly sandbox: Ready;
  readonly "sandbox env": Variables;
  readonly "sandbox stop": StoppedSandbox;
  readonly completion: Script;
  readonly demo: ShownScene;
  readonly help: HelpRecord;
};

/** A page of help. The other keys depend on the topic. */
export type HelpRecord = { readonly topic: string };

/** The one line on stderr when a command fails under `--json`. */
export type JsonError = { readonly error: FailureRecord };

/** A line on stderr that is no error, under `--json`. `ask` is what a person must read to continue. */
export type JsonLog = { readonly log: { readonly level: LogLevel; readonly message: string } };

/** All lines under `--json`: those of each command on stdout, and the others on stderr. */
export interface JsonLines extends JsonRecords {
  readonly error: JsonError;
  readonly log: JsonLog;
}
