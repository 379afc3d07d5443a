import { waitUntil } from "../concurrency/wait-until.ts";
import {
  type AppDrift,
  type AppRegistration,
  appDriftOf,
  replicationMilliseconds,
  type WantedApp,
} from "../domain/app-registration.ts";
import { Failure } from "../errors/failure.ts";
import type { AppRegistrations } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";

export type CreatedApp = {
  readonly app: AppRegistration;
  readonly outcome: "created" | "updated" | "existing";
  readonly servicePrincipal: "created" | "existing";
  /** Properties that exceed what the config needs. A person must decide about them. */
  readonly drift: readonly AppDrift[];
};

/** What `createApp` would do. Nothing changes. */
export async function planApp(
  registrations: AppRegistrations,
  { uniqueName, wanted }: { readonly uniqueName: string; readonly wanted: WantedApp },
): Promise<{ readonly outcome: "would-create" | "would-update" | "existing"; readonly app?: AppRegistration }> {
  const app = await registrations.find({ uniqueName });
  if (app === undefined) return { outcome: "would-create" };
  const isMissing = appDriftOf(app, wanted).some((one) => one.wanted !== "nothing beyond");
  return { outcome: isMissing ? "would-update" : "existing", app };
}

/** Creates or updates the app with this unique name, and its service principal. Repeating it is safe and continues an interrupted run. */
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
  const outcome = made === "created" ? made : isMissing ? "updated" : "existing";
  return { app, outcome, servicePrincipal, drift: appDriftOf(app, wanted) };
}
