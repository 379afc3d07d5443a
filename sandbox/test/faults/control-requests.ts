import { controlKey, json, type TestSandbox } from "../test-sandbox.ts";

/** The requests of a test to the control of a sandbox, with its key. */
export const controlOf = (sandbox: TestSandbox, key = controlKey) => ({
  play: (scenario: unknown) => sandbox.fetch("/control/scenario", json("PUT", key, scenario)),
  act: (action: unknown) => sandbox.fetch("/control/actions", json("POST", key, action)),
  show: () => sandbox.fetch("/control/scenario", { headers: { authorization: `Bearer ${key}` } }),
});
