import type { AuditEntry } from "../../audit/audit-trail.ts";
import type { Config, ConfiguredCustomer } from "../../config/config.ts";
import { omitUndefined } from "../../domain/omit-undefined.ts";
import type { Check } from "../../domain/onboarding-checks.ts";
import type { FailureRecord } from "../../errors/failure.ts";
import type { UseCaseContext } from "../../ports/use-case-context.ts";
import { checkCustomer } from "../verify-customer.ts";

/** What is to be done for a customer. `verify`: something could not be found out. */
export type NextStep = "none" | "invite" | "wait" | "remind" | "verify";

/** How far a customer has come. Consent and claims are proved now; nothing of them is remembered. */
export type InvitationState = {
  readonly customer: string;
  readonly tenantId: string;
  /** When `invite` made the first invitation, and the latest one if there are several. */
  readonly invitedAt?: string;
  readonly remindedAt?: string;
  /** Proved by a token. */
  readonly consent: "given" | "refused" | "unknown";
  /** Proved by links. */
  readonly send: "held" | "refused" | "unknown";
  readonly listen: "held" | "refused" | "unknown";
  /** The first time that the audit trail has a proof of it. It may have been true before. */
  readonly consentSeenAt?: string;
  readonly roleSeenAt?: string;
  readonly next: NextStep;
  /** Why something is unknown. */
  readonly error?: FailureRecord;
};

/** When commands first proved the consent and the role of a customer. */
export type Seen = { readonly consent?: string; readonly role?: string };

/** Asks the services for one customer. */
export async function invitationState(
  context: Pick<UseCaseContext, "azure">,
  config: Pick<Config, "file">,
  customer: ConfiguredCustomer,
  { seen = {}, now, remindAfterMilliseconds }: { seen?: Seen; now: Date; remindAfterMilliseconds: number },
): Promise<InvitationState> {
  const { checks } = await checkCustomer(context, config, customer, Promise.resolve(undefined));
  const { name, tenantId, invitation } = customer;
  const facts = { consent: consentOf(checks), send: claimOf(checks, "Send"), listen: claimOf(checks, "Listen") };
  const isGiven = facts.consent === "given";
  return {
    customer: name,
    tenantId,
    ...omitUndefined({
      invitedAt: invitation?.firstAt,
      remindedAt: invitation?.lastAt === invitation?.firstAt ? undefined : invitation?.lastAt,
    }),
    ...facts,
    ...omitUndefined({
      consentSeenAt: isGiven ? seen.consent : undefined,
      roleSeenAt: facts.send === "held" && facts.listen === "held" ? seen.role : undefined,
    }),
    next: nextStep(facts, invitation?.lastAt, now.getTime() - remindAfterMilliseconds),
    ...omitUndefined({ error: unknownBy(facts, checks) }),
  };
}

type Facts = Pick<InvitationState, "consent" | "send" | "listen">;

const checkOf = (checks: readonly Check[], name: Check["check"]) => checks.find(({ check }) => check === name);

/** A refusal of the provider's own credential says nothing about the customer. */
function consentOf(checks: readonly Check[]): InvitationState["consent"] {
  const token = checkOf(checks, "token");
  if (token?.outcome === "passed") return "given";
  return token?.outcome === "failed" && token.error.kind === "auth" && !token.error.shared ? "refused" : "unknown";
}

function claimOf(checks: readonly Check[], claim: "Send" | "Listen"): InvitationState["send"] {
  const outcome = checkOf(checks, `${claim} claim`)?.outcome;
  return outcome === "passed" ? "held" : outcome === "failed" ? "refused" : "unknown";
}

function nextStep({ consent, send, listen }: Facts, lastAt: string | undefined, remindBefore: number): NextStep {
  if (consent === "unknown") return "verify";
  if (consent === "given" && (send === "unknown" || listen === "unknown")) return "verify";
  if (consent === "given" && send === "held" && listen === "held") return "none";
  if (lastAt === undefined) return "invite";
  return Date.parse(lastAt) <= remindBefore ? "remind" : "wait";
}

function unknownBy({ consent, send, listen }: Facts, checks: readonly Check[]): FailureRecord | undefined {
  if (consent === "refused" || ![consent, send, listen].includes("unknown")) return undefined;
  const broken = checks.find(({ check, outcome }) => outcome === "failed" && !check.endsWith(" claim"));
  return broken?.outcome === "failed" ? broken.error : undefined;
}

/** What the audit trail proves of each customer. What was before the customer was last offboarded does not count. */
export async function readSeen(entries: AsyncIterable<AuditEntry>): Promise<ReadonlyMap<string, Seen>> {
  const seen = new Map<string, Seen>();
  const roleProvedBy = new Map<string, string>();
  for await (const entry of entries) {
    if (entry.audit !== "result" || typeof entry.customer !== "string") continue;
    const { customer, type, command, at, run } = entry;
    const before = seen.get(customer) ?? {};
    if (command === "offboard") {
      seen.delete(customer);
      roleProvedBy.delete(customer);
    } else if (type === "consented") seen.set(customer, { ...before, consent: before.consent ?? at });
    else if (type === "effective" && (roleProvedBy.get(customer) ?? run) === run) {
      // One run proves Send, then Listen: the later proof counts.
      roleProvedBy.set(customer, run);
      seen.set(customer, { ...before, role: at });
    }
  }
  return seen;
}
