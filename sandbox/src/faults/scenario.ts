import { z } from "zod";
import { action } from "./action.ts";
import { duration, signedDuration } from "./duration.ts";

/** Which of the sandbox's HTTP services a rule is about. */
export const endpoints = ["entra", "graph", "arm", "atom"] as const;
export type Endpoint = (typeof endpoints)[number];

/** A rule that refuses may be about AMQP, too: its methods are those of `BusOperation`, its paths `/HOST/QUEUE`. */
const places = [...endpoints, "amqp"] as const;
export type Asked = (typeof places)[number];

/** Which requests a rule takes: those to the endpoint, with the method and the piece of path if given, `share` of them, at most `times`. */
const matching = {
  method: z.string().toUpperCase().optional(),
  /** Compared without case with any part of the path. */
  path: z.string().toLowerCase().optional(),
  share: z.number().min(0).max(1).default(1),
  times: z.int().positive().optional(),
};

/** Answers 429 with Retry-After. */
const throttle = z.strictObject({ ...matching, endpoint: z.enum(endpoints), retryAfter: duration.default(1000) });

/** Answers with the service's own body for the code; status and message have defaults where the code is known. */
const refuse = z.strictObject({
  ...matching,
  endpoint: z.enum(places),
  code: z.string().min(1),
  status: z.int().min(400).max(599).optional(),
  message: z.string().optional(),
});

/** An action after a duration or after a number of requests, both counted from the start of the scenario. */
const event = z.union([
  z.strictObject({ after: duration, action }),
  z.strictObject({ afterRequests: z.int().nonnegative(), action }),
]);

/** The faults of the sandbox. Everything that is left out works. */
const scenarioSchema = z.strictObject({
  /** Where `share` is less than 1 the seed decides which requests are hit: the same in every run. */
  seed: z.int().default(1),
  /** How long a new role assignment takes to become effective, and a removed one to lose its effect. */
  roleDelay: duration.optional(),
  roleRemovalDelay: duration.default(0),
  /** How long after consent Entra and Resource Manager still do not know the service principal. */
  principalDelay: duration.default(0),
  /** How long after it was created Graph itself does not show a service principal; creating it again is a conflict all the while. */
  graphDelay: duration.default(0),
  /** How long after its creation every second request to Graph does not find an application, as by a replica that lags. */
  applicationDelay: duration.default(0),
  /** How far the sandbox's clock is ahead of the machine's (or behind, when negative). */
  clockSkew: signedDuration.default(0),
  tokens: z
    .strictObject({
      lifetime: duration.default(3_600_000),
      /** How long the token endpoint takes to answer. */
      delay: duration.default(0),
      /** How far in the future tokens begin to be valid. */
      notBefore: duration.default(0),
    })
    .prefault({}),
  /** Objects on one page of a list of Graph's or Resource Manager's. */
  pageSize: z.int().positive().default(100),
  /** Role assignments that a subscription may have (Azure RBAC limits). */
  roleAssignmentLimit: z.int().positive().default(4000),
  throttle: z.array(throttle).default([]),
  refuse: z.array(refuse).default([]),
  events: z.array(event).default([]),
});

export type Scenario = z.output<typeof scenarioSchema>;
export type Throttle = Scenario["throttle"][number];
export type Refusal = Scenario["refuse"][number];

/** A scenario that cannot be played, with one line for each thing that is wrong with it. */
export class BadScenario extends Error {
  readonly code = "BAD_SCENARIO";
}

/** Throws BadScenario. */
export function parseScenario(document: unknown): Scenario {
  const parsed = scenarioSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new BadScenario(problems(parsed.error));
}

/** Throws BadScenario for text that is no JSON, too. */
export function parseScenarioText(text: string): Scenario {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new BadScenario(error instanceof Error ? error.message : String(error));
  }
  return parseScenario(document);
}

export const problems = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join(".") || "scenario"}: ${message}`).join("\n");
