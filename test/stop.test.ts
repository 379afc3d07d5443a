import { expect, test } from "vitest";
import { decorateServices } from "../src/lib/ports/decorate-services.ts";
import { noTelemetry } from "../src/lib/telemetry/telemetry.ts";
import { main } from "../src/main.ts";
import { configOnDisk } from "./fakes/config-on-disk.ts";
import { threeCustomers } from "./fakes/context.ts";
import { fakeTerminal } from "./fakes/terminal.ts";

test.each([["whoami"], ["verify"], ["status"]])("Ctrl-C ends %s soon, though no service answers", async (...words) => {
  const disk = await configOnDisk(threeCustomers);
  const asked = Promise.withResolvers<void>();
  const never = () => {
    asked.resolve();
    return new Promise<never>(() => {});
  };
  const stop = new AbortController();
  const terminal = fakeTerminal({ workingDirectory: disk.path, signal: stop.signal });
  const running = main([...words, "acme"], terminal, () => ({
    azure: decorateServices(never, never),
    telemetry: noTelemetry,
  }));

  await asked.promise;
  const stoppedAt = performance.now();
  stop.abort("SIGINT");

  expect(await running).toBe(130);
  // Half a second; more only because a machine may be busy. Commands that hold messages have five seconds.
  expect(performance.now() - stoppedAt).toBeLessThan(4_000);
});
