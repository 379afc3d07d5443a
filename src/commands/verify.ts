import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import { customersOrAllArgument, selectionOptions } from "../cli/options/customer-options.ts";
import { onlyOption } from "../cli/options/only-option.ts";
import { warnBeforeOption } from "../cli/options/warn-before-option.ts";
import type { CustomerFailure } from "../cli/output/customer-failure.ts";
import { failureGroupsText, groupFailures } from "../cli/output/failure-groups.ts";
import { wrapText, wrapToPage } from "../cli/output/wrap-text.ts";
import { expiryWarning } from "../cli/remedies/next-commands.ts";
import { remedyOf } from "../cli/remedies/remedies.ts";
import type { FailureOf, Renderer, View } from "../cli/run-command.ts";
import {
  type ConfiguredCustomer,
  type CustomerName,
  forEachCustomer,
  type Selection,
  selectOrAll,
  type Transport,
} from "../lib/entry/customers.ts";
import { Failure, failureFromRecord } from "../lib/entry/errors.ts";
import { type AccessDrift, accessDriftOf, type Check, checkCustomer } from "../lib/entry/onboarding.ts";
import { expiresSoon, expiryWarningDays } from "../lib/entry/provider-app.ts";
import { countText, plainLine } from "../lib/entry/values.ts";

export type Verified = {
  readonly customer: string;
  readonly tenantId: string;
  readonly namespace: string;
  readonly ok: boolean;
  /** How the namespace was reached; absent where no token let it be tried. */
  readonly transport?: Transport;
  readonly checks: readonly Check[];
} & Partial<AccessDrift>;

type Options = Omit<Selection, "names"> & {
  readonly drift?: true;
  readonly warnBefore?: number;
  readonly only?: "problems";
};

/** Checks every step of the chain for each customer; changes nothing, sends nothing, locks nothing. */
export async function* verify(
  context: Context,
  customers: readonly CustomerName[],
  { drift, warnBefore = expiryWarningDays, only, all, tag }: Options,
): AsyncGenerator<Verified> {
  const config = await context.config.read();
  const warning = expiresSoon(context, config, warnBefore).then((expiry) => expiry && expiryWarning(expiry));
  const selected = selectOrAll(config, { names: customers, all, tag });
  yield* forEachCustomer(selected, (customer) => verifyOne(customer), { signal: context.signal, order: "customers" });

  async function* verifyOne(customer: ConfiguredCustomer): AsyncGenerator<Verified> {
    const { checks, ...way } = await checkCustomer(context, config, customer, warning);
    const compared = drift ? await accessDriftOf(context, config, customer) : undefined;
    const { name, tenantId, namespace } = customer;
    const { excess = [], driftUnknown } = compared ?? {};
    const ok = checks.every(({ outcome }) => outcome === "passed") && excess.length === 0 && !driftUnknown;
    if (ok && only === "problems") return;
    yield { customer: name, tenantId, namespace, ok, ...way, checks, ...compared };
  }
}

const failureOf: FailureOf<Verified> = ({ customer, checks, excess = [], driftUnknown }) => {
  const broken = checks.find((check) => check.outcome === "failed");
  if (broken) {
    return failureFromRecord(broken.error).with({ message: `${customer}: ${broken.check} failed` });
  }
  if (driftUnknown) {
    const failure = failureFromRecord(driftUnknown);
    return failure.with({ message: `${customer}: drift is unknown: ${failure.message}` });
  }
  return excess.length === 0
    ? undefined
    : new Failure(
        "RoleDrift",
        `${customer}: the app has ${countText(excess.length, "role")} that the config does not ask for`,
      );
};

export const view: View<Verified> = (
  { customer, tenantId, namespace, transport, checks, excess = [], missing, driftUnknown },
  { bold, green, yellow, red, dim },
  page,
) => {
  const signs = { passed: green("✓"), failed: red("✗"), skipped: dim("–") };
  const width = Math.max(...checks.map(({ check }) => check.length));
  const left = width + 6;
  const beside = (text: string) => wrapText(text, Math.max(20, (page?.columns ?? 1e9) - left), " ".repeat(left));
  const lines = checks.flatMap((check) => [
    `  ${signs[check.outcome]} ${check.check.padEnd(width)}  ${beside(plainLine(check.detail))}`,
    ...(check.outcome === "passed" && check.warning
      ? [`    ${"".padEnd(width)}  ${beside(`${yellow("warning")}  ${plainLine(check.warning)}`)}`]
      : []),
    ...(check.outcome === "failed"
      ? [`    ${"".padEnd(width)}  ${dim("next")}  ${plainLine(remedyOf(check.error))}`]
      : []),
  ]);
  const beyond = excess.map(
    ({ role, scope }) => `  ${red("✗")} ${"drift".padEnd(width)}  ${beside(`${role} at ${plainLine(scope)}`)}`,
  );
  const refused = checks.some(({ check, outcome }) => outcome === "failed" && check.endsWith(" claim"));
  const notHeld = (missing ?? []).map(
    ({ role, scope }) =>
      `  ${dim("–")} ${"drift".padEnd(width)}  ${beside(`not granted: ${role} at ${plainLine(scope)}`)}`,
  );
  const onItsWay =
    refused && missing?.length === 0 && !driftUnknown
      ? [
          `  ${dim("–")} ${"drift".padEnd(width)}  ${beside("every role is assigned: the claim is on its way, up to 10 minutes")}`,
        ]
      : [];
  const unknown = driftUnknown
    ? [`  ${red("✗")} ${"drift".padEnd(width)}  ${beside(`not looked for: ${plainLine(driftUnknown.message)}`)}`]
    : [];
  const head = `${bold(customer)}  ${dim(`tenant ${tenantId}, ${namespace}${transport === "websocket" ? " over WebSocket" : ""}`)}`;
  return [wrapToPage(head, page), ...lines, ...beyond, ...notHeld, ...onItsWay, ...unknown].join("\n");
};

type Broken = CustomerFailure & { readonly verified: Verified };

/** The first check that failed; undefined where roles are reported, too. */
function firstFailure(verified: Verified): CustomerFailure["error"] | undefined {
  const { checks, excess = [], driftUnknown } = verified;
  const first = checks.find((check) => check.outcome === "failed");
  if (first === undefined || excess.length > 0 || driftUnknown) return undefined;
  return { ...first.error, message: `${first.check}: ${first.error.message}` };
}

/**
 * Of many customers, a healthy one is one line. The others come last, where they are seen: several with one cause as one group,
 * and then the total.
 */
export function manyRenderer(): Renderer<Verified> {
  const broken: Broken[] = [];
  const apart: Verified[] = [];
  let customers = 0;
  return {
    onRecord: (verified, style, page) => {
      customers += 1;
      const warned = verified.checks.some((check) => check.outcome === "passed" && check.warning);
      if (verified.ok && !warned && !verified.missing?.length)
        return `${style.green("✓")} ${style.bold(verified.customer)}`;
      if (verified.ok) return view(verified, style, page);
      const error = firstFailure(verified);
      if (error === undefined) apart.push(verified);
      else broken.push({ ...verified, error, verified });
      return "";
    },
    onEnd: (style, page) => {
      const groups = groupFailures(broken);
      const unhealthy = apart.length + broken.length;
      return [
        ...[...apart, ...groups.filter(({ length }) => length === 1).map(([only]) => only?.verified)]
          .filter((one) => one !== undefined)
          .map((verified) => view(verified, style, page)),
        ...groups
          .filter(({ length }) => length > 1)
          .map((group) => failureGroupsText(group, style, { sign: "✗", ...(page && { page }) })),
        ...(customers > 1
          ? [style.dim(`${customers - unhealthy} of ${countText(customers, "customer")} healthy`)]
          : []),
      ].join("\n");
    },
  };
}

export const verifyCommand = defineCommand({
  name: "verify",
  description:
    "Diagnose every step from the config to the claims, and show the remedy for every failed step. Read-only: it changes, sends and locks nothing.",
  arguments: customersOrAllArgument,
  options: {
    ...selectionOptions,
    drift: {
      flags: "--drift",
      description: "also compare, as the customer's administrator, the roles of the app with the config",
    },
    warnBefore: warnBeforeOption,
    only: onlyOption,
  },
  createRenderer: (_, { customers }) => (customers.length === 1 ? { onRecord: view } : manyRenderer()),
  failureOf,
  run: (context, { customers }, options) => verify(context, customers, options),
  examples: [
    { line: "xtenant verify acme", what: "diagnose one customer, step by step" },
    { line: "xtenant verify acme,fabrikam --json", what: "diagnose two customers, as JSON" },
    { line: "xtenant verify --drift", what: "diagnose all customers, and find roles that the config does not want" },
  ],
  seeAlso: ["whoami", "onboard", "grant"],
});
