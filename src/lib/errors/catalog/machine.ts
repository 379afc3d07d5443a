import type { CatalogPart } from "./catalog-entry.ts";

/** This machine: ports, files that xtenant writes, and the sandbox. */
export const machine = {
  DebugFileUnwritable: { kind: "usage", cause: "the debug log cannot be written" },
  ListenFailed: { kind: "usage", cause: "the health endpoint cannot listen on its port" },
  PortInUse: { kind: "conflict", cause: "another program uses the port" },
  SandboxNotFound: { kind: "notFound", cause: "no sandbox has written to the folder" },
  SandboxProxyNotFound: { kind: "notFound", cause: "no sandbox with a proxy has written to the folder" },
  SandboxNotReady: { kind: "unavailable", cause: "the sandbox ended before it was ready", retryable: true },
  SandboxStopped: { kind: "unavailable", cause: "the sandbox in the background does not run" },
  SandboxNotRunning: { kind: "unavailable", cause: "the sandbox of the config does not run" },
  SandboxRunning: { kind: "conflict", cause: "another sandbox runs in the folder" },
  SandboxNotStopped: { kind: "timeout", cause: "the sandbox did not end" },
  SandboxCaUnreadable: { kind: "usage", cause: "the certificate authority of the sandbox cannot be read" },
  ScenarioInvalid: { kind: "usage", cause: "the scenario is not valid" },
  SandboxDataInvalid: { kind: "usage", cause: "the data file of the sandbox is not valid" },
} as const satisfies CatalogPart;
