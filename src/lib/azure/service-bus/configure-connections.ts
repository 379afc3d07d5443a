import type { ServiceBusClient } from "@azure/service-bus";
import { readPrivateField } from "./read-private-field.ts";

/**
 * Applies settings to the AMQP library's connection object, which is not open yet, of this client: the first one, and each
 * one that the SDK creates after an outage. The SDK has no option for these settings.
 */
export function configureConnections(client: ServiceBusClient, configure: (connection: unknown) => void): void {
  const context = readPrivateField(client, "_connectionContext");
  const configureCurrent = () => configure(readPrivateField(context, "connection", "_connection"));
  configureCurrent();
  const refresh = readPrivateField(context, "refreshConnection");
  if (typeof context !== "object" || context === null || typeof refresh !== "function") return;
  Reflect.set(context, "refreshConnection", () => {
    refresh.call(context);
    configureCurrent();
  });
}
