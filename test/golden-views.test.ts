import { join } from "node:path";
import stringWidth from "fast-string-width";
import { describe, expect, test } from "vitest";
import { failureText } from "../src/cli/output/print-failure.ts";
import { styleFor } from "../src/cli/output/style.ts";
import type { Renderer, View } from "../src/cli/run-command.ts";
import { boardRenderer, watchedBoardRenderer } from "../src/cli/status-board/board-table.ts";
import { credentialsRenderer } from "../src/cli/views/credential-view.ts";
import { removalView } from "../src/cli/views/dead-letter-removal-view.ts";
import { onboardingStepView, onboardingView } from "../src/cli/views/onboarding-step-view.ts";
import { view as appView, type Shown } from "../src/commands/app/show.ts";
import { customersRenderer } from "../src/commands/customers/list.ts";
import { view as customerView } from "../src/commands/customers/show.ts";
import { view as deadLettersView } from "../src/commands/dead-letter/list.ts";
import { view as deadLetterView } from "../src/commands/dead-letter/show.ts";
import { explainedCode, view as explainView } from "../src/commands/explain.ts";
import { invitationsRenderer } from "../src/commands/invite/list.ts";
import { type InvitationRecord, view as inviteView } from "../src/commands/invite.ts";
import { view as pollView } from "../src/commands/poll.ts";
import { view as respondView } from "../src/commands/respond.ts";
import { view as cancelledView } from "../src/commands/scheduled/cancel.ts";
import { scheduledRenderer, view as scheduledView } from "../src/commands/scheduled/list.ts";
import { view as sendView } from "../src/commands/send.ts";
import { view as verifyView } from "../src/commands/verify.ts";
import { view as whoamiView } from "../src/commands/whoami.ts";
import type { CustomerRecord } from "../src/lib/config/customer-record.ts";
import { Failure, failureRecord } from "../src/lib/errors/failure.ts";
import type { InvitationState } from "../src/lib/onboarding/invite/invitation-state.ts";
import type { CustomerState, Observation } from "../src/lib/status/customer-state.ts";
import { evaluateState } from "../src/lib/status/evaluate-state.ts";
import { createSampledProgress } from "../src/lib/status/sampled-progress.ts";
import { summarizeStates } from "../src/lib/status/state-summary.ts";
import { output } from "./fakes/output.ts";

const plain = styleFor(output(), {}, false);
const widths = [60, 80, 200];
const rows = 24;

/** Wide characters, an emoji with a joiner, a combining mark and an escape, as a customer or a service may send them. */
const foreign = {
  japanese: "デプロイが完了しました。次の段階に進んでください、よろしくお願いします。",
  chinese: "队列已满：无法接受更多消息，请稍后重试或联系管理员。",
  korean: "배포가 실패했습니다 다시 시도하십시오",
  emoji: "🚀 shipped by 👩\u200d💻 to the cafe\u0301 \u001b[31mat once",
};

const tenant = "11111111-2222-4333-8444-555555555555";
const id = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
const namespace = "acme-bus.servicebus.windows.net";
const scope = `/subscriptions/${id}/resourceGroups/${foreign.korean.replaceAll(" ", "-")}/providers/Microsoft.ServiceBus/namespaces/acme-bus`;
const at = "2026-01-31T12:00:00.000Z";
const statuses = { customer: "acme", tenantId: tenant, namespace, queue: "statuses" };
const commands = { ...statuses, queue: "commands" };
const message = {
  ...statuses,
  type: "message" as const,
  sequenceNumber: "42",
  enqueuedAt: at,
  deliveryCount: 1,
  properties: {},
};

const noConsent = failureRecord(
  new Failure("AADSTS700016", `acme has not consented: ${foreign.japanese}`, { params: { customer: "acme" } }),
);
const unavailable = failureRecord(
  new Failure("ServiceTimeout", `contoso did not answer: ${foreign.emoji}`, { params: { customer: "contoso" } }),
);

const record = (customer: string, tags: CustomerRecord["tags"]): CustomerRecord => ({
  customer,
  tenantId: tenant,
  namespace: `${customer}-bus.servicebus.windows.net`,
  commandQueue: "commands",
  statusQueue: "statuses",
  access: "least-privilege",
  administrator: "azure-cli",
  tags,
});
const customers = [
  record("acme", { region: "東京", team: "café ☕" }),
  record("a-customer-with-a-long-name", { region: "eu" }),
  record("tailspin", {}),
];

const observed: Observation = {
  type: "customer",
  at,
  customer: "acme",
  tenantId: tenant,
  namespace,
  consent: "given",
  claims: { send: "held", listen: "held" },
  commands: { queue: "commands", counts: "administration", active: 12_345, deadLetter: 0, scheduled: 2 },
  statuses: { queue: "statuses", counts: "peek", atLeast: true, active: 1_000, deadLetter: 0, scheduled: 0 },
  roundTrip: { outcome: "answered", milliseconds: 85 },
  errors: [],
};
const limits = { warnAgeMilliseconds: 3_600_000, criticalAgeMilliseconds: 7_200_000, warnDeadLetters: 1, warnDays: 30 };
const states: readonly CustomerState[] = [
  observed,
  { ...observed, customer: "a-customer-with-a-long-name", oldestStatusAt: "2026-01-31T10:30:00.000Z" },
  {
    ...observed,
    customer: "tailspin",
    consent: "refused" as const,
    claims: { send: "unknown" as const, listen: "unknown" as const },
    commands: { queue: "commands", counts: "unknown" as const },
    statuses: { queue: "statuses", counts: "unknown" as const },
    roundTrip: undefined,
    errors: [noConsent],
  },
].map((state) => evaluateState(state, limits));
const summary = { ...summarizeStates(states, { credentialDaysLeft: 20, milliseconds: 1_200 }), at };

/** Least privilege does not let the provider look into the queue of commands. */
const partlySeen = evaluateState(
  { ...observed, commands: { queue: "commands", counts: "unknown" as const, reason: "no-listen-role" as const } },
  limits,
);
const partlySummary = { ...summarizeStates([partlySeen], { milliseconds: 1_200 }), at };

const printed = <Result>(view: View<Result>, ...records: readonly Result[]): Renderer<unknown> => {
  const texts = [...records];
  return {
    onRecord: () => "",
    onEnd: (style, page) => texts.map((one) => view(one, style, page)).join("\n"),
  };
};

/** A renderer and the records that it is given. */
const rendered = <Result>(create: () => Renderer<Result>, ...records: readonly Result[]) => ({
  onRecord: () => "",
  onEnd: (...[style, page]: Parameters<NonNullable<Renderer<Result>["onEnd"]>>) => {
    const { onRecord, onEnd } = create();
    const texts = [...records.map((one) => onRecord(one, style, page)), onEnd?.(style, page) ?? ""];
    return texts.filter((text) => text !== "").at(-1) ?? "";
  },
});

const app: Shown = {
  clientId: id,
  objectId: id,
  uniqueName: "xtenant",
  displayName: `xtenant ${foreign.japanese}`,
  tenantId: tenant,
  audience: "AzureADMultipleOrgs",
  redirectUris: ["https://example.com/consented"],
  locked: false,
  permissions: [],
  drift: [{ property: "lock", found: "open", wanted: "all properties locked" }],
  credentials: [
    {
      kind: "federated",
      id,
      name: foreign.korean,
      inUse: true,
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:contoso/messaging:environment:production",
    },
    { kind: "secret", id, name: "", daysLeft: 5 },
  ],
};

const invitation: InvitationRecord = {
  type: "invitation",
  customer: "acme",
  tenantId: tenant,
  outcome: "written",
  folder: "/home/운영자/invitations/acme",
  files: ["invitation.html", "grant-access.sh", "email.txt"],
  consentLink: "https://login.microsoftonline.com/",
  madeAt: at,
  unknown: ["app's name", "subscription id"],
};
const asked: InvitationState = {
  customer: "acme",
  tenantId: tenant,
  invitedAt: "2026-01-01T00:00:00.000Z",
  remindedAt: at,
  consent: "given",
  send: "held",
  listen: "held",
  consentSeenAt: at,
  roleSeenAt: at,
  next: "none",
};
const notAsked: InvitationState = {
  customer: "tailspin",
  tenantId: tenant,
  consent: "refused",
  send: "unknown",
  listen: "unknown",
  next: "invite",
};

const views: Readonly<Record<string, Pick<Renderer<unknown>, "onEnd">>> = {
  "status-board": rendered(() => boardRenderer(createSampledProgress()), ...states, summary),
  "status-board-watched": rendered(() => watchedBoardRenderer(createSampledProgress()), ...states, summary),
  "status-board-partly-seen": rendered(() => boardRenderer(createSampledProgress()), partlySeen, partlySummary),
  "customers-list": rendered(customersRenderer, ...customers),
  "customers-show": printed(customerView, ...customers.slice(0, 1)),
  "dead-letter-list": printed(
    deadLettersView,
    {
      type: "dead-letters",
      ...statuses,
      messages: 1_245,
      reasons: [
        { reason: "MaxDeliveryCountExceeded", messages: 1_200, oldest: "2026-01-01T00:00:00.000Z", newest: at },
        { reason: foreign.chinese, messages: 44, oldest: at, newest: at },
        { reason: "", messages: 1, oldest: at, newest: at },
      ],
    },
    { type: "dead-letters", ...commands, messages: 0, reasons: [] },
    { type: "failed", ...statuses, error: noConsent },
  ),
  "dead-letter-show": printed(deadLetterView, {
    ...message,
    type: "dead-letter",
    messageId: foreign.korean,
    deadLetterReason: foreign.chinese,
    deadLetterErrorDescription: foreign.emoji,
    body: JSON.stringify({ text: foreign.japanese }),
  }),
  "dead-letter-removal": printed(
    removalView,
    { type: "matched", ...statuses, sequenceNumber: "7", messageId: "m-7", reason: foreign.japanese },
    { type: "resubmitted", ...statuses, sequenceNumber: "8", resubmittedAs: foreign.korean },
    { type: "kept", ...statuses, sequenceNumber: "9", error: unavailable },
    { type: "failed", ...statuses, error: noConsent },
    { type: "summary", ...statuses, matched: 3, done: 1, failed: 1, missed: 1, journal: "dead-letter-acme.ndjson" },
  ),
  verify: printed(verifyView, {
    customer: "acme",
    tenantId: tenant,
    namespace,
    ok: false,
    transport: "websocket",
    checks: [
      { check: "config", outcome: "passed", detail: `/home/운영자/xtenant.json` },
      {
        check: "token",
        outcome: "passed",
        detail: `by certificate, until ${at}`,
        warning: "the certificate (by its file) ends in 5 days",
      },
      { check: "service principal", outcome: "passed", detail: id },
      { check: "connection", outcome: "failed", detail: unavailable.message, error: unavailable },
      { check: "command queue", outcome: "skipped", detail: "not checked" },
      { check: "Send claim", outcome: "failed", detail: noConsent.message, error: noConsent },
    ],
    excess: [{ role: "Azure Service Bus Data Owner", scope, assignmentId: id }],
    missing: [],
  }),
  whoami: printed(
    whoamiView,
    {
      customer: "acme",
      tenantId: tenant,
      clientId: id,
      credential: "certificate",
      principalId: id,
      expiresAt: at,
      claims: ["Send"],
      roles: [{ role: "Azure Service Bus Data Owner", scope }],
      unknown: [foreign.chinese],
    },
    { customer: "tailspin", tenantId: tenant, clientId: id, credential: "secret", error: noConsent },
  ),
  poll: printed(
    pollView,
    { ...message, correlationId: id, outcome: "succeeded", subject: "deploy", body: "v2" },
    { ...message, correlationId: id, outcome: "failed", detail: "disk full", body: "" },
    { ...message, messageId: "m-42", body: foreign.japanese },
    { ...message, correlationId: foreign.korean, body: JSON.stringify({ text: foreign.emoji, 数: 3 }) },
    { ...message, body: foreign.chinese, contract: { valid: false, errors: ["body must be object", foreign.korean] } },
    {
      type: "delivered",
      ...statuses,
      to: "exec",
      outcome: "refused",
      messageId: "m-43",
      sequenceNumber: "43",
      deliveryCount: 1,
      details: { exitCode: 1, stderr: foreign.japanese },
    },
    { type: "skipped", ...statuses, messages: 3 },
    { type: "failed", ...statuses, error: unavailable },
    { type: "recovered", ...statuses },
    { type: "heartbeat", at, customers: 3, failing: ["contoso"], messages: 2 },
  ),
  send: printed(
    sendView,
    { type: "sent", ...commands, messages: 1, bytes: 12, messageId: foreign.korean },
    { type: "sent", ...commands, messages: 20, bytes: 12 },
    { type: "scheduled", ...commands, messageId: id, scheduledAt: at, sequenceNumber: "99" },
    { type: "unknown", ...commands, messageId: foreign.japanese },
    { type: "failed", ...commands, error: noConsent },
  ),
  respond: printed(
    respondView,
    {
      type: "responded",
      ...statuses,
      commandId: "c-1",
      messageId: "s-1",
      attempt: 1,
      outcome: "failed",
      completed: true,
      detail: foreign.japanese,
    },
    { type: "returned", ...commands, commandId: foreign.korean, attempt: 1, detail: foreign.emoji },
    { type: "failed", ...commands, error: unavailable },
    { type: "recovered", ...commands },
  ),
  "scheduled-list": printed(scheduledView, {
    ...message,
    type: "scheduled",
    queue: "commands",
    messageId: foreign.korean,
    scheduledAt: at,
    body: foreign.chinese,
  }),
  onboarding: printed(
    onboardingView(onboardingStepView),
    { type: "tenant", customer: "acme", tenantId: tenant },
    { type: "link", customer: "acme", tenantId: tenant, url: "https://a.example/?redirect_uri=https://b.example" },
    { type: "link", customer: "acme", tenantId: tenant, url: "https://a.example/?redirect_uri=http://localhost:1/" },
    { type: "service-principal", customer: "acme", tenantId: tenant, outcome: "created" },
    { type: "done", customer: "acme", tenantId: tenant },
    { type: "failed", customer: "contoso", tenantId: tenant, error: unavailable },
  ),
  invite: printed(inviteView, invitation, { ...invitation, outcome: "would-write", unknown: [] }),
  "invite-list": rendered(
    invitationsRenderer,
    asked,
    { ...notAsked, invitedAt: at, next: "remind" },
    { ...notAsked, customer: "contoso", next: "invite" },
    { ...notAsked, customer: "fabrikam", consent: "given", send: "held", listen: "refused", next: "wait" },
    { ...notAsked, customer: "a-customer-with-a-long-name", consent: "unknown", next: "verify", error: unavailable },
  ),
  "app-show": printed(appView, app),
  "credential-list": rendered(credentialsRenderer, ...app.credentials),
  "scheduled-cancel": printed(
    cancelledView,
    { ...statuses, type: "cancelled", sequenceNumber: "7" },
    { ...statuses, type: "failed", sequenceNumber: "8", error: unavailable },
  ),
  "scheduled-table": rendered(
    scheduledRenderer,
    {
      ...message,
      type: "scheduled",
      queue: "commands",
      messageId: "k7m2-q4xd-9rtp",
      scheduledAt: at,
      body: foreign.chinese,
    },
    {
      ...message,
      type: "scheduled",
      queue: "commands",
      messageId: "m",
      sequenceNumber: "1234",
      scheduledAt: at,
      body: "x",
    },
  ),
  explain: printed(explainView, explainedCode("AADSTS700016"), explainedCode("ServiceTimeout")),
  error: {
    onEnd: (style, page) =>
      failureText(
        new Failure("UnknownAzureCode", `the namespace refused the link: ${foreign.chinese}`, {
          serviceCode: "amqp:unheard-of",
          detail: `${foreign.japanese} ${foreign.emoji}`,
          actor: "customer's administrator",
        }),
        style,
        page?.columns,
      ).trimEnd(),
  },
};

const shown = (view: Pick<Renderer<unknown>, "onEnd">, columns: number) => view.onEnd?.(plain, { columns, rows }) ?? "";

/** A command to copy stays on one line; a word that is wider than the page is the terminal's to wrap. */
const mayBeWider = (line: string) =>
  /^\s*(?:next:?|to see them:) /.test(line) ||
  !line
    .trim()
    .replace(/^\S+:? /, "")
    .includes(" ");

describe.each(Object.entries(views))("the view %s", (name, view) => {
  test("is as in its golden file at each width", async () => {
    const texts = widths.map((columns) => `${"─".repeat(columns - 4)} ${columns}\n${shown(view, columns)}\n`);

    await expect(texts.join("\n")).toMatchFileSnapshot(join(import.meta.dirname, `golden/views/${name}.txt`));
  });

  test.each(widths)("is not wider than %i columns", (columns) => {
    const wide = shown(view, columns)
      .split("\n")
      .filter((line) => stringWidth(line) > columns && !mayBeWider(line));

    expect(wide).toEqual([]);
  });
});
