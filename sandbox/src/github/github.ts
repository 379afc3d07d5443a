import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { SigningKeys } from "../entra/keys.ts";
import type { Environment } from "../environment.ts";
import { githubIssuer, job, type SubjectForm, subjectForms, subjectOf, tokenUrl } from "./job.ts";

const tokenSeconds = 300;
const daySeconds = 24 * 3600;

/**
 * GitHub's issuer of tokens that say which job asks (GitHub docs, "OpenID Connect"): discovery, keys, and the address where
 * a job gets its token for an audience. Besides, `subject=names` asks for a subject of the older form.
 */
export function createGithub({ baseUrl, keys }: Pick<Environment, "baseUrl" | "keys">): Hono {
  const issuer = githubIssuer(baseUrl);
  const app = new Hono();
  app.get("/github/.well-known/openid-configuration", (context) =>
    context.json({
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks`,
      subject_types_supported: ["public", "pairwise"],
      response_types_supported: ["id_token"],
      claims_supported: ["sub", "aud", "exp", "iat", "iss", "jti", "nbf", "ref", "repository", "repository_owner"],
      id_token_signing_alg_values_supported: ["RS256"],
      scopes_supported: ["openid"],
    }),
  );
  app.get("/github/.well-known/jwks", (context) => context.json(keys.jwks));
  app.get("/github/token", async (context) => {
    const presented = /^bearer\s+(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
    if (!(await isJobToken(keys, baseUrl, presented))) return context.json({ message: "Unauthorized" }, 401);
    const form = subjectForms.find((one) => one === (context.req.query("subject") ?? "immutable"));
    if (form === undefined) return context.json({ message: "no such form of subject" }, 400);
    const audience = context.req.query("audience") ?? `https://github.com/${job.owner}`;
    const value = await keys.sign({ iss: issuer, aud: audience, jti: randomUUID(), ...claims(form) }, tokenSeconds);
    return context.json({ count: value.length, value });
  });
  return app;
}

const claims = (form: SubjectForm) => ({
  sub: subjectOf(form),
  ref: job.ref,
  ref_type: "branch",
  repository: `${job.owner}/${job.repository}`,
  repository_id: job.repositoryId,
  repository_owner: job.owner,
  repository_owner_id: job.ownerId,
  event_name: "push",
  runner_environment: "github-hosted",
  workflow: "deploy",
});

/** What a job shows to get its token: `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, of use nowhere else. */
export const jobToken = ({ sign }: SigningKeys, baseUrl: string): Promise<string> =>
  sign({ aud: tokenUrl(baseUrl), sub: "job" }, daySeconds);

async function isJobToken({ verify }: SigningKeys, baseUrl: string, presented: string | undefined): Promise<boolean> {
  if (presented === undefined) return false;
  return verify(presented).then(
    ({ aud }) => aud === tokenUrl(baseUrl),
    () => false,
  );
}
