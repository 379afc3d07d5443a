import type { ConsentStep } from "../../lib/onboarding/consent.ts";
import type { AccessFile } from "../../lib/onboarding/emit/access-files.ts";
import type { GrantStep } from "../../lib/onboarding/grant-role.ts";
import type { CustomerEnd } from "../../lib/onboarding/onboard-customers.ts";
import type { RoundTrip } from "../../lib/onboarding/round-trip.ts";
import { customerFailureText } from "../output/customer-failure.ts";
import { wrapToPage } from "../output/wrap-text.ts";
import type { View } from "../run-command.ts";

/** Whether the administrator's browser comes back to the page of `--listen`, which is there as long as the command waits. */
const isOfThisMachine = (link: string) =>
  /^http:\/\/localhost[:/]/.test(URL.parse(link)?.searchParams.get("redirect_uri") ?? "");

/** How people read the steps of onboarding and granting. */
export const onboardingStepView: View<ConsentStep | GrantStep | RoundTrip | AccessFile> = (
  step,
  { green, yellow, bold, dim },
  page,
) => {
  const wrap = (line: string) => wrapToPage(line, page);
  switch (step.type) {
    case "emitted":
      return step.text.trimEnd();
    case "tenant":
      return wrap(`${green("found")} ${bold(step.customer)}'s tenant ${step.tenantId}`);
    case "link":
      // Where a program reads it, only the link; --url prints the same.
      return page === undefined
        ? step.url
        : [
            wrap(
              isOfThisMachine(step.url)
                ? `Open this link in a browser of this machine, as ${bold(step.customer)}'s administrator:`
                : `Send this link to ${bold(step.customer)}'s administrator, who opens it and accepts:`,
            ),
            step.url,
            wrap(
              dim(
                isOfThisMachine(step.url)
                  ? "It works while this command waits; the same command gives a new link."
                  : "The link stays valid when you stop here; to go on: the same command again.",
              ),
            ),
          ].join("\n");
    case "service-principal":
      return wrap(
        `${(step.outcome === "would-create" ? yellow : green)(step.outcome.replace("-", " "))} the app's service principal in ${bold(step.customer)}'s tenant ${step.tenantId}`,
      );
    case "consented":
      return wrap(
        `${green("consented")} ${bold(step.customer)}: the app is service principal ${step.principalId} there, proven by a token`,
      );
    case "principal":
      return wrap(
        `${green("seen")} the app as ${step.principalId} in ${bold(step.customer)}'s directory, owned by the provider's tenant`,
      );
    case "assignment": {
      const paint = step.outcome.startsWith("would") || step.outcome === "excess" ? yellow : green;
      const outcome = paint(step.outcome === "excess" ? "still assigned" : step.outcome.replace("-", " "));
      const advice =
        step.outcome === "excess"
          ? `  ${dim("next")}  to remove this role, which is more than was granted: xtenant grant ${step.customer} --replace`
          : undefined;
      return [
        `${outcome} ${step.role} for ${bold(step.customer)}`,
        `  ${dim(`assignment ${step.assignmentId} at ${step.scope}`)}`,
        ...(advice === undefined ? [] : [advice]),
      ]
        .map(wrap)
        .join("\n");
    }
    case "round-trip":
      return step.outcome === "answered"
        ? wrap(
            `${green("answered")} a ping to ${bold(step.customer)} by its status in ${step.queue}, after ${step.waitedMilliseconds} ms`,
          )
        : [
            `${yellow("unanswered")} a ping to ${bold(step.customer)}: it was accepted, and no status came within ${Math.round(step.waitedMilliseconds / 1000)} s`,
            `  ${dim(`does the worker run? for a rehearsal: xtenant respond ${step.customer}`)}`,
          ]
            .map(wrap)
            .join("\n");
    case "effective":
      return wrap(`${green("effective")} ${step.claim} for ${bold(step.customer)} on ${step.namespace}/${step.queue}`);
  }
};

/** The steps as for one customer, and below them how it ended for each. */
export const onboardingView =
  <Step extends { readonly type: string }>(view: View<Step>): View<Step | CustomerEnd> =>
  (step, style, page) => {
    if (!isEnd(step)) return view(step, style, page);
    if (step.type === "done") return `${style.green("✓")} ${style.bold(step.customer)}`;
    return customerFailureText(step, style, { sign: "✗", page });
  };

const isEnd = <Step extends { readonly type: string }>(step: Step | CustomerEnd): step is CustomerEnd =>
  step.type === "done" || step.type === "failed";
