import { createArm } from "./arm/arm.ts";
import { createEntra } from "./entra/entra.ts";
import type { Environment } from "./environment.ts";
import { createGraph } from "./graph/graph.ts";
import type { Answer } from "./http.ts";
import { createImds } from "./imds/imds.ts";

/** All that answers inside TLS, told apart by the first segment of the path. */
export function secureApps(environment: Environment): Answer {
  const [entra, graph, arm] = [createEntra(environment), createGraph(environment), createArm(environment)];
  return (request) => {
    switch (new URL(request.url).pathname.split("/")[1]) {
      case "graph":
        return graph.fetch(request);
      case "arm":
        return arm.fetch(request);
      default:
        return entra.fetch(request);
    }
  };
}

/** All that answers without TLS: the managed-identity endpoint, as on a machine in Azure. */
export function plainApps(environment: Environment): Answer {
  const imds = createImds(environment);
  return (request) => imds.fetch(request);
}
