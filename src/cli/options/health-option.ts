import { parseHealthAddress } from "../../lib/health/health-address.ts";
import { defineOption } from "../command/define-option.ts";

export const healthOption = defineOption({
  flags: "--health <address>",
  description: "serve /livez, /readyz, /metrics and /status at this port, or address and port (docs/telemetry.md)",
  parse: parseHealthAddress,
});
