import { controlKey, json, type StandIn } from "../stand-in.ts";

/** What a test tells a stand-in at run time, with its key. */
export const controlOf = (standIn: StandIn, key = controlKey) => ({
  play: (scenario: unknown) => standIn.fetch("/control/scenario", json("PUT", key, scenario)),
  act: (action: unknown) => standIn.fetch("/control/actions", json("POST", key, action)),
  show: () => standIn.fetch("/control/scenario", { headers: { authorization: `Bearer ${key}` } }),
});
