/** The job that the sandbox's GitHub runs for the provider. */
export const job = {
  owner: "contoso",
  ownerId: "1001",
  repository: "deployments",
  repositoryId: "2002",
  ref: "refs/heads/main",
} as const;

export const githubIssuer = (baseUrl: string): string => `${baseUrl}/github`;

/** Where a job asks for its tokens: `ACTIONS_ID_TOKEN_REQUEST_URL`, to which a client adds the audience. */
export const tokenUrl = (baseUrl: string): string => `${githubIssuer(baseUrl)}/token?api-version=2.0`;

/** How a token names its job: by names alone, as repositories from before July 2026 do, or with ids that cannot be taken over. */
export const subjectForms = ["immutable", "names"] as const;
export type SubjectForm = (typeof subjectForms)[number];

/** GitHub docs, "OpenID Connect reference"; Entra, immutable subjects of GitHub. */
export function subjectOf(form: SubjectForm): string {
  const { owner, ownerId, repository, repositoryId, ref } = job;
  const name = form === "names" ? `${owner}/${repository}` : `${owner}@${ownerId}/${repository}@${repositoryId}`;
  return `repo:${name}:ref:${ref}`;
}
