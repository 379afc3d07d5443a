import { createArm } from "./arm/arm.ts";
import { createEntra } from "./entra/entra.ts";
import type { Environment } from "./environment.ts";
import { createControl } from "./faults/control.ts";
import type { Endpoint } from "./faults/scenario.ts";
import { createGithub } from "./github/github.ts";
import { createGraph } from "./graph/graph.ts";
import { type Answer, namespaceSuffix } from "./http.ts";
import { createImds } from "./imds/imds.ts";
import { createAtom } from "./service-bus-admin/atom.ts";

/**
 * Everything that answers inside TLS. A namespace's host has its administration API; otherwise the first segment of the
 * path; `/control` opens with the key only.
 */
export function secureApps(environment: Environment, controlKey: string): Answer {
  const [entra, graph, arm] = [createEntra(environment), createGraph(environment), createArm(environment)];
  const atom = createAtom(environment);
  const github = createGithub(environment);
  const control = createControl(environment, controlKey);
  const unlessRefused = (endpoint: Endpoint, answer: Answer) => async (request: Request) =>
    (await environment.faults.interfere(endpoint, request)) ?? answer(request);
  const answers: Record<string, Answer> = {
    github: (request) => github.fetch(request),
    control: (request) => control.fetch(request),
    graph: unlessRefused("graph", (request) => graph.fetch(request)),
    arm: unlessRefused("arm", (request) => arm.fetch(request)),
  };
  const otherwise = unlessRefused("entra", (request) => entra.fetch(request));
  const ofNamespace = unlessRefused("atom", (request) => atom.fetch(request));
  return (request) => {
    const { hostname, pathname } = new URL(request.url);
    if (hostname.endsWith(namespaceSuffix)) return ofNamespace(request);
    const segment = pathname.split("/")[1] ?? "";
    return (Object.hasOwn(answers, segment) ? answers[segment] : undefined)?.(request) ?? otherwise(request);
  };
}

/** All that answers without TLS: the managed-identity endpoint, as on a machine in Azure. */
export function plainApps(environment: Environment): Answer {
  const imds = createImds(environment);
  return (request) => imds.fetch(request);
}
