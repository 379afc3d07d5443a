import { expect, test } from "vitest";
import { queueSettings } from "../../src/arm/queue-settings.ts";

const place = <Tier extends string>(tier: Tier) => ({
  ...{ name: "acme-bus", host: "acme-bus.servicebus.localhost", tier },
  queues: new Map([["other", {}]]),
});
const premium = place("Premium");
const standard = place("Standard");
const basic = place("Basic");

// Azure/azure-sdk-for-python, recording test_mgmt_queue_premium_create_with_queue_description
test("a Premium queue takes messages of 1 MB by default, and of up to 100 MB", () => {
  const kilobytes = (wanted: { readonly maxMessageSizeInKilobytes?: number }) =>
    queueSettings(premium, wanted, undefined).maxMessageBytes / 1024;

  expect(kilobytes({})).toBe(1024);
  expect(kilobytes({ maxMessageSizeInKilobytes: 12_345 })).toBe(12_345);
  expect(kilobytes({ maxMessageSizeInKilobytes: 102_400 })).toBe(102_400);
});

test.each([1023, 102_401])("a Premium queue cannot be set to messages of %i KB", (maxMessageSizeInKilobytes) => {
  expect(() => queueSettings(premium, { maxMessageSizeInKilobytes }, undefined)).toThrow(
    /^SubCode=40000\. The property value for 'MaxMessageSizeInKilobytes' must be between 1024 and 102400 when the namespace 'acme-bus' is using 'Premium' tier\.\r\nParameter name: MaxMessageSizeInKilobytes\r\nActual value was \d+\.$/,
  );
});

test("a queue that is older than its namespace's Premium tier can still be changed", () => {
  const before = queueSettings(standard, {}, undefined);

  expect(queueSettings(premium, { maxDeliveryCount: 3 }, before)).toEqual({ ...before, maxDeliveryCount: 3 });
});

test("a queue has one of a few sizes, more of them on Premium; a size that it has may be repeated", () => {
  const megabytes = (namespace: typeof premium | typeof standard, maxSizeInMegabytes: number) =>
    queueSettings(namespace, { maxSizeInMegabytes }, undefined).maxSizeBytes / 1024 ** 2;
  const partitioned = queueSettings(standard, { maxSizeInMegabytes: 1024, enablePartitioning: true }, undefined);

  expect(megabytes(standard, 5120)).toBe(5120);
  expect(megabytes(premium, 81_920)).toBe(81_920);
  expect(() => megabytes(standard, 256)).toThrow(
    /^SubCode=40000\. The specified value 256 is invalid\. The property 'MaxSizeInMegabytes', must be one of the following values: 1024;2048;3072;4096;5120\./,
  );
  expect(() => megabytes(standard, 10_240)).toThrow(/'MaxSizeInMegabytes'/);
  expect(queueSettings(standard, { maxSizeInMegabytes: 16_384 }, partitioned)).toEqual(partitioned);
});

// MicrosoftDocs/azure-docs#104074
test.each([4, 1024])("outside Premium no size of a message can be set, such as %i KB", (maxMessageSizeInKilobytes) => {
  expect(() => queueSettings(standard, { maxMessageSizeInKilobytes }, undefined)).toThrow(
    /^SubCode=40000\. Bad Request/,
  );
  expect(queueSettings(standard, { maxMessageSizeInKilobytes: 256 }, undefined).maxMessageBytes).toBe(262_144);
});

test.each([
  ["RequiresSession", { requiresSession: true }],
  ["RequiresDuplicateDetection", { requiresDuplicateDetection: true }],
  ["ForwardTo", { forwardTo: "other" }],
  ["AutoDeleteOnIdle", { autoDeleteOnIdle: 3_600_000 }],
])("a Basic queue has no %s", (property, wanted) => {
  expect(() => queueSettings(basic, wanted, undefined)).toThrow(
    `The property '${property}' cannot be set when creating a Queue because the namespace 'acme-bus' is using the 'Basic' Tier.`,
  );
  expect(() => queueSettings(standard, wanted, undefined)).not.toThrow();
});

// Azure/azure-service-bus#306
test("messages in a Basic queue live for 14 days at most", () => {
  const fortnight = 14 * 86_400_000;
  const refusal = "'DefaultMessageTimeToLive' must be between 00:00:01 and 14.00:00:00";

  expect(queueSettings(basic, {}, undefined).defaultTimeToLive).toBe(fortnight);
  for (const defaultMessageTimeToLive of [fortnight + 1, Number.POSITIVE_INFINITY])
    expect(() => queueSettings(basic, { defaultMessageTimeToLive }, undefined)).toThrow(refusal);
});

test("a queue that deletes itself is idle for five minutes at least", () => {
  expect(() => queueSettings(standard, { autoDeleteOnIdle: 299_999 }, undefined)).toThrow(/AutoDeleteOnIdle/);
  expect(queueSettings(standard, { autoDeleteOnIdle: 300_000 }, undefined).kept).toEqual({ autoDeleteOnIdle: 300_000 });
});

test.each(["forwardTo", "forwardDeadLetteredMessagesTo"])("%s must name a queue that is there", (property) => {
  expect(() => queueSettings(standard, { [property]: "missing" }, undefined)).toThrow(
    /^SubCode=40400\. The auto forwarding destination entity does not exist\./,
  );
  expect(() => queueSettings(standard, { [property]: "other" }, undefined)).not.toThrow();
  expect(() => queueSettings(standard, { [property]: "" }, undefined)).not.toThrow();
});
