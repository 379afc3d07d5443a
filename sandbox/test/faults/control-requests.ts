import { controlKey, json, type StandIn } from "../stand-in.ts";

/** What a test tells a stand-in at run time, with its key. */
export const controlOf = (sandbox: StandIn, key = controlKey) => ({
  play: (scenario: unknown) => sandbox.fetch("/control/scenario", json("PUT", key, scenario)),
  act: (action: unknown) => sandbox.fetch("/control/actions", json("POST", key, action)),
  show: () => sandbox.fetch("/control/scenario", { headers: { authorization: `Bearer ${key}` } }),
});
