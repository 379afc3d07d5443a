import { expect, onTestFinished, test, vi } from "vitest";
import { createUnfinishedWork } from "../src/lib/concurrency/unfinished-work.ts";
import { Failure } from "../src/lib/errors/failure.ts";
import { decorateServices } from "../src/lib/ports/decorate-services.ts";
import { noTelemetry } from "../src/lib/telemetry/telemetry.ts";
import { main } from "../src/main.ts";
import { configOnDisk } from "./fakes/config-on-disk.ts";
import { threeCustomers } from "./fakes/context.ts";
import { fakeTerminal } from "./fakes/terminal.ts";

/** A command whose services never answer, after Ctrl-C. From then on the test moves the time. */
async function stopped(line: string) {
  const disk = await configOnDisk(threeCustomers);
  const asked = Promise.withResolvers<void>();
  const never = () => {
    asked.resolve();
    return new Promise<never>(() => {});
  };
  const unfinished = createUnfinishedWork();
  const stop = new AbortController();
  const terminal = fakeTerminal({ workingDirectory: disk.path, signal: stop.signal });
  const azure = decorateServices(never, never);
  const running = main(line.split(" "), terminal, () => ({ azure, telemetry: noTelemetry, unfinished }));
  await asked.promise;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  let exitCode: number | undefined;
  void running.then((code) => {
    exitCode = code;
  });
  return { stop: () => stop.abort("SIGINT"), unfinished, exitCode: () => exitCode };
}

test.each([
  "whoami acme",
  "verify acme",
  "status acme",
  "dead-letter list acme",
  "send acme hi",
  "poll acme",
  "poll acme --watch",
  "respond acme",
  "onboard acme",
  "grant acme",
  "offboard acme --yes",
])("Ctrl-C ends `%s` within a second, though no service answers", async (line) => {
  const { stop, exitCode } = await stopped(line);

  stop();
  await vi.advanceTimersByTimeAsync(900);

  expect(exitCode()).toBe(130);
});

test("Ctrl-C waits for messages that are not settled, and no longer", async () => {
  const { stop, unfinished, exitCode } = await stopped("poll acme");
  unfinished.begin();

  stop();
  await vi.advanceTimersByTimeAsync(4_000);
  const meanwhile = exitCode();
  unfinished.end();
  await vi.advanceTimersByTimeAsync(100);

  expect([meanwhile, exitCode()]).toEqual([undefined, 130]);
});

test("a run that is stopped because memory runs out says so", async () => {
  const disk = await configOnDisk(threeCustomers);
  const signal = AbortSignal.abort(new Failure("HeapLimitReached"));
  const terminal = fakeTerminal({ workingDirectory: disk.path, signal });
  const azure = decorateServices(
    () => expect.fail("called"),
    () => new Promise(() => {}),
  );

  const exitCode = await main(["poll", "acme"], terminal, () => ({ azure, telemetry: noTelemetry }));

  expect(exitCode).toBe(8);
  expect(terminal.stderr.text()).toMatch(/HeapLimitReached[\s\S]*--max-old-space-size/);
});

test("Ctrl-C gives up messages that cannot be settled within five seconds", async () => {
  const { stop, unfinished, exitCode } = await stopped("poll acme");
  unfinished.begin();

  stop();
  await vi.advanceTimersByTimeAsync(5_000);

  expect(exitCode()).toBe(130);
});
