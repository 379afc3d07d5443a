import { expect, test } from "vitest";
import { queueSettings } from "../../src/arm/queue-settings.ts";

const premium = { name: "acme-bus", host: "acme-bus.servicebus.localhost", tier: "Premium" } as const;

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
  const before = queueSettings({ ...premium, tier: "Standard" }, {}, undefined);

  expect(queueSettings(premium, { maxDeliveryCount: 3 }, before)).toEqual({ ...before, maxDeliveryCount: 3 });
});
