import { issuerTrust } from "../../domain/federated-credential.ts";
import { type FederatedTrustKind, providerCredential } from "./credential-kind.ts";
import { type PipelineService, requestPipelineAssertion } from "./pipeline-assertion.ts";
import { requiredOption } from "./trust-options.ts";

/** Azure DevOps REST API, Oidctoken - Create, version 7.1. */
export const azurePipelinesTokenService: PipelineService = {
  name: "Azure Pipelines",
  method: "POST",
  urlVariable: "SYSTEM_OIDCREQUESTURI",
  tokenVariable: "SYSTEM_ACCESSTOKEN",
  field: "oidcToken",
  hosts: [".visualstudio.com", "dev.azure.com"],
};

/** Any issuer: a service connection shows its issuer and its subject. */
const trust: FederatedTrustKind = {
  name: "oidc",
  options: ["issuer", "subject", "audience"],
  describe: (description, { cloud }) => {
    const issuer = requiredOption(trust, description, "issuer");
    const subject = requiredOption(trust, description, "subject");
    const { audience, name } = description;
    return issuerTrust(cloud, "oidc", { issuer, subject, ...(audience === undefined ? {} : { audience }) }, name);
  },
};

/** The token of a job that runs on Azure Pipelines, by a service connection. */
export const azurePipelines = {
  kind: "azure-pipelines",
  provider: providerCredential({
    schemas: ({ z }) => [
      z.strictObject({ kind: z.literal("azure-pipelines"), serviceConnectionId: z.string().min(1) }),
    ],
    init: {
      choice: "Azure Pipelines: the job's own token",
      question: "Id of the service connection",
      option: "--service-connection",
      settings: (serviceConnectionId) => ({ serviceConnectionId }),
    },
    variables: [
      { name: "SYSTEM_OIDCREQUESTURI", does: "credential azure-pipelines: where Azure Pipelines gives tokens" },
      {
        name: "SYSTEM_ACCESSTOKEN",
        does: "credential azure-pipelines: what it wants to see; map $(System.AccessToken) to it",
      },
    ],
    explain: ({ serviceConnectionId }) => ({
      is: `the job's own token for service connection ${serviceConnectionId}`,
      from: "the environment variable SYSTEM_OIDCREQUESTURI",
    }),
    proof: "federated",
    assertion: ({ env, isSandbox }, { serviceConnectionId }) =>
      requestPipelineAssertion({
        service: azurePipelinesTokenService,
        query: { "api-version": "7.1", serviceConnectionId },
        env,
        loopback: isSandbox,
      }),
    trust,
  }),
} as const;
