import { type GitHubRuns, gitHubTrust } from "../../domain/federated-credential.ts";
import { Failure } from "../../errors/failure.ts";
import { type FederatedTrustKind, providerCredential, type TrustDescription } from "./credential-kind.ts";
import { type PipelineService, requestPipelineAssertion } from "./pipeline-assertion.ts";
import { requiredOption } from "./trust-options.ts";

/** GitHub docs, "OpenID Connect reference": `value` holds the token, which lives five minutes. */
export const gitHubTokenService: PipelineService = {
  name: "GitHub Actions",
  method: "GET",
  urlVariable: "ACTIONS_ID_TOKEN_REQUEST_URL",
  tokenVariable: "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  field: "value",
  hosts: [".actions.githubusercontent.com"],
};

const trust: FederatedTrustKind = {
  name: "github",
  options: ["repo", "environment", "branch", "tag", "pullRequest"],
  describe: (description, { cloud }) =>
    gitHubTrust(cloud, requiredOption(trust, description, "repo"), runsOf(description), description.name),
};

function runsOf({ environment, branch, tag, pullRequest }: TrustDescription): GitHubRuns {
  const runs = [
    ...(environment === undefined ? [] : [{ environment }]),
    ...(branch === undefined ? [] : [{ branch }]),
    ...(tag === undefined ? [] : [{ tag }]),
    ...(pullRequest === undefined ? [] : [{ pullRequest }]),
  ];
  const [only] = runs;
  if (runs.length === 1 && only) return only;
  throw new Failure(
    "UsageMissingOption",
    "--federated github requires exactly one of --environment, --branch, --tag, --pull-request",
  );
}

/** The token of a job that runs on GitHub Actions. */
export const githubActions = {
  kind: "github-actions",
  provider: providerCredential({
    schemas: ({ z }) => [z.strictObject({ kind: z.literal("github-actions") })],
    init: {
      choice: "GitHub Actions: the job's own token",
      settings: () => ({}),
    },
    variables: [
      {
        name: "ACTIONS_ID_TOKEN_REQUEST_URL",
        does: "credential github-actions: where GitHub gives tokens (permission id-token: write)",
      },
      {
        name: "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        does: "credential github-actions: what GitHub wants to see for one",
      },
    ],
    explain: () => ({ is: "the job's own token", from: "the environment variable ACTIONS_ID_TOKEN_REQUEST_URL" }),
    proof: "federated",
    assertion: ({ federationAudience, env, isSandbox }) =>
      requestPipelineAssertion({
        service: gitHubTokenService,
        query: { audience: federationAudience },
        env,
        loopback: isSandbox,
      }),
    trust,
  }),
} as const;
