import { setTimeout as sleep } from "node:timers/promises";
import type { ActiveFaults, BusOperation, Place } from "../service-bus/faults/bus-faults.ts";
import type { Action } from "./action.ts";
import { refused, refusedOnBus, throttled } from "./fault-answers.ts";
import { createRule, type Rule } from "./rule.ts";
import type { Endpoint, Refusal, Scenario, Throttle } from "./scenario.ts";

/** The scenario that is being played, and what it does to requests. */
export type Faults = {
  readonly scenario: Scenario;
  /** Begins another scenario; what the one before had left to do is forgotten. */
  play(scenario: Scenario): void;
  perform(action: Action): Promise<void>;
  /** The answer in place of the service's own, when a rule has one. */
  interfere(endpoint: Endpoint, request: Request): Promise<Response | undefined>;
  /** The error in place of the broker's own answer, when a rule has one. */
  readonly refusal: ActiveFaults["refusal"];
  /** Stops the clockwork. */
  close(): void;
};

export type FaultsOptions = {
  readonly scenario: Scenario;
  perform(action: Action): Promise<void>;
  /** Called when another scenario has begun, since clocks and access may differ from one moment to the next. */
  changed(): void;
  readonly log: (line: string) => void;
};

export function createFaults({ perform, changed, log, ...options }: FaultsOptions): Faults {
  let playing = begin(options.scenario);

  function begin(scenario: Scenario) {
    const timers: NodeJS.Timeout[] = [];
    for (const event of scenario.events)
      if ("after" in event) timers.push(setTimeout(() => void inTheBackground(event.action), event.after).unref());
    const rules = (some: readonly (Throttle | Refusal)[], salt: number) =>
      some.map((rule, index) => createRule(rule, scenario.seed * 1000 + salt + index));
    return {
      scenario,
      timers,
      requests: 0,
      throttle: rules(scenario.throttle, 0) as Rule<Throttle>[],
      refuse: rules(scenario.refuse, 500) as Rule<Refusal>[],
    };
  }

  async function performed(action: Action) {
    log(`scenario: ${action.do}`);
    await perform(action);
  }

  /** An event of a scenario has no caller to report a failure to. */
  const inTheBackground = (action: Action) =>
    performed(action).catch((error: unknown) => log(`scenario: ${action.do} failed: ${String(error)}`));

  const stop = () => {
    for (const timer of playing.timers) clearTimeout(timer);
  };

  async function interfere(endpoint: Endpoint, request: Request) {
    const { scenario, throttle, refuse, requests } = playing;
    playing.requests++;
    for (const event of scenario.events)
      if ("afterRequests" in event && event.afterRequests === requests) await inTheBackground(event.action);
    if (endpoint === "entra" && new URL(request.url).pathname.endsWith("/token") && scenario.tokens.delay > 0)
      await sleep(scenario.tokens.delay, undefined, { ref: false });
    const busy = throttle.find((rule) => rule.takes(endpoint, request));
    if (busy !== undefined) return throttled(endpoint, busy.rule.retryAfter);
    const refusal = refuse.find((rule) => rule.takes(endpoint, request));
    return refusal && refused(endpoint, refusal.rule);
  }

  function refusal(ask: BusOperation, { host, queue }: Place) {
    if (playing.refuse.length === 0) return undefined;
    const request = { method: ask, url: `amqps://localhost/${host}/${encodeURI(queue)}` };
    const found = playing.refuse.find((rule) => rule.takes("amqp", request));
    return found && refusedOnBus(found.rule);
  }

  return {
    get scenario() {
      return playing.scenario;
    },
    play(scenario) {
      stop();
      playing = begin(scenario);
      changed();
    },
    perform: performed,
    interfere,
    refusal,
    close: stop,
  };
}
