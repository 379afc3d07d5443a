import type { TokenCredential } from "@azure/identity";
import type { Client } from "@microsoft/microsoft-graph-client";
import { retry } from "../../concurrency/retry.ts";
import type { AppReference, AppRegistration, WantedApp } from "../../domain/app-registration.ts";
import { multiTenant, replicationMilliseconds, signInPermission } from "../../domain/app-registration.ts";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { AppRegistrations } from "../../ports/azure-services.ts";
import { callAzure } from "../call-policy.ts";
import type { ErrorContext } from "../error-mapping.ts";
import { answerLimits } from "../http/bounded-answer.ts";
import { readAnswer } from "../http/foreign-answer.ts";
import { createHttpGuard } from "../http/http-guard.ts";
import { appRegistration, type GraphApplication, type GraphFederatedCredential } from "./application-mapping.ts";
import { openDirectory } from "./directory.ts";
import { absentWhenNotFound, graphClient, isNotFound } from "./graph-client.ts";
import { withProviderErrors } from "./provider-failure.ts";

/** App registrations of the administrator's own tenant, through Microsoft Graph v1.0. */
export async function openRegistrations(
  cloud: CloudEndpoints,
  credential: TokenCredential,
  context: ErrorContext,
  limits = answerLimits,
): Promise<AppRegistrations> {
  const guard = createHttpGuard("JSON", limits);
  const graph = await graphClient(cloud, credential, guard);
  const directory = await openDirectory(cloud, credential, context, limits);
  /** The token first: the client would replace a refusal of the credential by its own error. */
  const callGraph = <T>(work: () => Promise<T>) =>
    callAzure(context, async () => {
      await credential.getToken(`${cloud.graphEndpoint}/.default`);
      return guard.call(work);
    }).catch(withProviderErrors);
  const at = ({ objectId }: AppRegistration, rest = "") => graph.api(`/applications/${objectId}${rest}`);
  const change = (app: AppRegistration, properties: object) => whileNew(app, () => at(app).patch(properties));
  /** A property as Graph has it, to be sent with a change. */
  const read = async <Name extends keyof GraphApplication>(app: AppRegistration, name: Name) =>
    ((await whileNew(app, () => at(app).select(name).get())) as Pick<GraphApplication, Name>)[name];
  /**
   * The keys of the app. A change replaces the whole list, and a replica that lags would give one without the latest keys: they
   * would be lost. A key that the app had before is therefore waited for, unless it is still missing after some seconds.
   */
  const keysOf = (app: AppRegistration, except?: string) => {
    const known = app.credentials.filter(({ kind, id }) => kind === "certificate" && id !== except);
    const current = async (attempt: number) => {
      const keys = await read(app, "keyCredentials");
      const isStale = known.some(({ id }) => !keys.some(({ keyId }) => keyId === id));
      if (isStale && attempt < readsOfKeys) throw new StaleList();
      return keys;
    };
    return retry(current, { backoff, shouldRetry: (error) => error instanceof StaleList });
  };
  /** A new app's "not found" says nothing about the credential, so the list is read first. */
  const removeTrust = async (app: AppRegistration, id: string) => {
    if (!(await trustsOf(graph, app)).some((one) => one.id === id)) return;
    const path = `/federatedIdentityCredentials/${id}`;
    await whileNew(app, () => at(app, path).delete()).catch(absentWhenNotFound);
  };
  const removeKey = async (app: AppRegistration, id: string) => {
    const keys = await keysOf(app, id);
    const others = keys.filter(({ keyId }) => keyId !== id);
    if (others.length < keys.length) await change(app, { keyCredentials: others });
  };
  return {
    find: (app) => callGraph(() => find(graph, cloud.graphEndpoint, app)),
    create: (uniqueName, wanted) =>
      callGraph(async () => {
        if (await find(graph, cloud.graphEndpoint, { uniqueName })) return "existing";
        // An upsert: a concurrent call gets the same app (Graph, Upsert application).
        await graph
          .api(`/applications(uniqueName='${uniqueName}')`)
          .header("Prefer", "create-if-missing")
          .patch({ ...wantedBody(wanted.redirectUris, []), displayName: wanted.displayName });
        return "created";
      }),
    update: (app, { redirectUris }) =>
      callGraph(async () => {
        const requiredResourceAccess = (await read(app, "requiredResourceAccess")) ?? [];
        const permissions = app.permissions.includes(signInPermission) ? undefined : requiredResourceAccess;
        await change(app, wantedBody([...new Set([...app.redirectUris, ...redirectUris])], permissions));
      }),
    provisionServicePrincipal: (clientId) => directory.provisionServicePrincipal(clientId).catch(withProviderErrors),
    trust: (app, { name, issuer, subject, audience }) =>
      callGraph(() =>
        whileNew(app, () =>
          at(app, "/federatedIdentityCredentials").post({ name, issuer, subject, audiences: [audience] }),
        ),
      ),
    addCertificate: (app, { name, der }) =>
      callGraph(async () => {
        const added = { type: "AsymmetricX509Cert", usage: "Verify", key: der, displayName: name };
        // A change replaces the whole list. `key` is null in it: a known `keyId` keeps its key.
        await change(app, { keyCredentials: [...(await keysOf(app)), added] });
      }),
    addSecret: (app, { name, endsAt }) =>
      callGraph(async () => {
        const passwordCredential = { displayName: name, endDateTime: endsAt.toISOString() };
        const answer: unknown = await whileNew(app, () => at(app, "/addPassword").post({ passwordCredential }));
        return (answer as { secretText: string }).secretText;
      }),
    removeCredential: (app, { kind, id }) =>
      callGraph(async () => {
        if (kind === "federated") await removeTrust(app, id);
        else if (kind === "certificate") await removeKey(app, id);
        else if ((await read(app, "passwordCredentials")).some(({ keyId }) => keyId === id))
          await whileNew(app, () => at(app, "/removePassword").post({ keyId: id }));
      }),
  };
}

async function find(graph: Client, endpoint: string, wanted: AppReference): Promise<AppRegistration | undefined> {
  const key = "clientId" in wanted ? `appId='${wanted.clientId}'` : `uniqueName='${wanted.uniqueName}'`;
  // By the client id Graph reads both, so one need not wait for the other.
  const early = "clientId" in wanted ? readTrusts(graph, `(${key})`).catch(absentWhenNotFound) : undefined;
  early?.catch(() => {});
  const found: unknown = await graph.api(`/applications(${key})`).get().catch(absentWhenNotFound);
  if (found === undefined) return undefined;
  const app = (trusts: readonly GraphFederatedCredential[]) =>
    readAnswer(endpoint, () => appRegistration(found as GraphApplication, trusts));
  return app((await early) ?? (await trustsOf(graph, app([]))));
}

const trustsOf = (graph: Client, app: AppRegistration) => whileNew(app, () => readTrusts(graph, `/${app.objectId}`));

async function readTrusts(graph: Client, application: string): Promise<readonly GraphFederatedCredential[]> {
  const found: unknown = await graph.api(`/applications${application}/federatedIdentityCredentials`).get();
  return (found as { value: readonly GraphFederatedCredential[] }).value;
}

/** A list of an earlier state. */
class StaleList extends Error {}
const readsOfKeys = 5;

const backoff = { first: 250, longest: 5_000 };

/**
 * Repeats a call while the app is new and the replica that answers does not know it (404): nothing was done then. An app that
 * was created by a machine with another clock may seem to come from the future.
 */
const whileNew = <T>({ createdAt }: AppRegistration, call: () => Promise<T>): Promise<T> =>
  retry(call, {
    backoff,
    shouldRetry: (error, _attempt, pause) =>
      createdAt !== undefined &&
      isNotFound(error) &&
      Date.now() + pause < createdAt.getTime() + replicationMilliseconds,
  });

/** Without an audience Graph accepts personal accounts, too; only apps that the portal creates are locked by default. */
const wantedBody = (
  redirectUris: WantedApp["redirectUris"],
  permissions: GraphApplication["requiredResourceAccess"],
) => ({
  signInAudience: multiTenant,
  web: { redirectUris },
  servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true },
  ...(permissions === undefined ? {} : { requiredResourceAccess: [...permissions, signInAccess] }),
});

const [resourceAppId, permissionId] = signInPermission.split("/");
const signInAccess = { resourceAppId, resourceAccess: [{ id: permissionId, type: "Scope" }] };
