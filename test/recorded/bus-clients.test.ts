import { describe, expect, test } from "vitest";
import { Failure } from "../../src/lib/errors/failure.ts";
import { busFacts } from "./bus-facts.ts";
import { openRecordedBus } from "./recorded-bus.ts";
import { openRecordedCloud } from "./recorded-cloud.ts";

describe.concurrent("the Service Bus client, before a recorded answer", () => {
  test.each(busFacts)("$id: $at ends as $expected.code", async (fact) => {
    await using bus = await openRecordedBus(fact);
    await using cloud = await openRecordedCloud(() => undefined, { busPort: bus.port });
    await using connection = await cloud.azure.connectAsProvider(cloud.acme);
    const receiver = await connection.receiver();

    const failure = await receiver.receive(1, 5_000).then(
      (messages) => new Error(`received ${messages.length} messages`),
      (error: unknown) => error,
    );

    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject(fact.expected);
    // A link that lost its token or its role is opened once more.
    if (fact.id === "Q3") expect(bus.attached).toEqual(["statuses", "statuses"]);
  });
});
