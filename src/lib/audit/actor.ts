import { hostname, userInfo } from "node:os";
import { omitUndefined } from "../domain/omit-undefined.ts";
import type { Actor } from "./audit-trail.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The person or job that runs this process. */
export const localActor = (env: Environment): Pick<Actor, "user" | "host" | "job"> => ({
  user: userName(env),
  host: hostname(),
  ...omitUndefined({ job: jobOf(env) }),
});

/** A container may run as a user without an entry in its user database. */
function userName(env: Environment): string {
  try {
    return userInfo().username;
  } catch {
    return env.USER ?? env.USERNAME ?? "unknown";
  }
}

/** The variables that each system documents for its jobs. */
function jobOf(env: Environment): string | undefined {
  const github = [env.GITHUB_SERVER_URL, env.GITHUB_REPOSITORY, env.GITHUB_RUN_ID] as const;
  if (github.every(Boolean)) return `${github[0]}/${github[1]}/actions/runs/${github[2]}`;
  const pipelines = [env.SYSTEM_COLLECTIONURI, env.SYSTEM_TEAMPROJECT, env.BUILD_BUILDID] as const;
  if (pipelines.every(Boolean)) return `${pipelines[0]}${pipelines[1]}/_build/results?buildId=${pipelines[2]}`;
  // GitLab and Jenkins.
  return env.CI_JOB_URL || env.BUILD_URL || undefined;
}
