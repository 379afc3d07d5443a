import { waitUntil } from "../concurrency/wait-until.ts";
import { type AppDrift, type AppRegistration, appDriftOf, type WantedApp } from "../domain/app-registration.ts";
import { Failure } from "../errors/failure.ts";
import type { AppRegistrations } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";

export type CreatedApp = {
  readonly app: AppRegistration;
  readonly outcome: "created" | "mended" | "existing";
  readonly servicePrincipal: "created" | "existing";
  /** What is still not as wanted: more than was asked for, which a person must judge. */
  readonly drift: readonly AppDrift[];
};

/** A directory answers from several replicas: for a while some do not know a new app. */
const replicationMilliseconds = 2 * 60_000;

/** The app of this unique name, as wanted, with its own service principal. Safe to repeat, and to continue. */
export async function createApp(
  context: Pick<UseCaseContext, "signal">,
  registrations: AppRegistrations,
  { uniqueName, wanted }: { readonly uniqueName: string; readonly wanted: WantedApp },
): Promise<CreatedApp> {
  const patiently = <T>(what: string, attempt: () => Promise<T>) =>
    waitUntil(attempt, { what, milliseconds: replicationMilliseconds, pending: "unavailable", signal: context.signal });
  const found = async () => {
    const app = await registrations.find({ uniqueName });
    if (app) return app;
    throw new Failure("AppNotReplicated", `the new app ${uniqueName} is not replicated in the directory yet`, {
      params: { name: uniqueName },
    });
  };
  const made = await registrations.create(uniqueName, wanted);
  const before = await patiently("the new app", found);
  const isMissing = appDriftOf(before, wanted).some((one) => one.wanted !== "nothing beyond");
  if (isMissing) await registrations.update(before, wanted);
  const servicePrincipal = await patiently("the app's service principal", () =>
    registrations.provisionServicePrincipal(before.clientId),
  );
  const app = isMissing ? await patiently("the app", found) : before;
  const outcome = made === "created" ? made : isMissing ? "mended" : "existing";
  return { app, outcome, servicePrincipal, drift: appDriftOf(app, wanted) };
}
