import { expect, test } from "vitest";
import { stateOf } from "../../../../src/lib/azure/service-bus/decode-message.ts";

const now = Date.parse("2026-01-01T12:00:00Z");
const due = (minutes: number) => new Date(now + minutes * 60_000);

test("a message that was scheduled is active once its time is past, though the service still calls it scheduled", () => {
  expect(stateOf({ state: "scheduled", scheduledEnqueueTimeUtc: due(-1) }, now)).toBe("active");
  expect(stateOf({ state: "scheduled", scheduledEnqueueTimeUtc: due(1) }, now)).toBe("scheduled");
});

test("a locked message is active, whatever the clock of this machine says", () => {
  expect(stateOf({ state: "scheduled", lockToken: "lock", scheduledEnqueueTimeUtc: due(5) }, now)).toBe("active");
});

test("other states stay as they are", () => {
  expect(stateOf({ state: "deferred", scheduledEnqueueTimeUtc: due(-1) }, now)).toBe("deferred");
  expect(stateOf({ state: "active" }, now)).toBe("active");
  expect(stateOf({ state: "scheduled" }, now)).toBe("active");
});
