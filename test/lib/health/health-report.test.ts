import { expect, test } from "vitest";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";
import type { FailureRecord } from "../../../src/lib/errors/failure.ts";
import { healthReport } from "../../../src/lib/health/health-report.ts";
import { createCustomerHealthTracker } from "../../../src/lib/telemetry/customer-health.ts";
import { heldMessage } from "../../fakes/inbox.ts";

const at = (customer: string) => ({ customer, namespace: `${customer}-bus`, queue: "statuses" });
const minutes = 60_000;

/** Two customers and a clock that the test sets. */
function twoCustomers() {
  const clock = { now: 0 };
  const fleet = createCustomerHealthTracker(
    [{ name: parseCustomerName("acme") }, { name: parseCustomerName("fabrikam") }],
    () => clock.now,
  );
  return { clock, fleet, report: () => healthReport(fleet, clock.now) };
}
const refused: FailureRecord = {
  ...{ kind: "forbidden", code: "UnauthorizedAccess", message: "no \u001b[31mrole\n" },
  ...{ actor: "operator", retryable: true },
};

test("the report is ready after the first attempt for each customer, with or without success, and stays ready", () => {
  const { fleet, report } = twoCustomers();

  expect(report()).toMatchObject({ ready: false, customers: { connecting: 2, live: 0, failing: 0 } });
  fleet.observer.attached(at("acme"));
  expect(report()).toMatchObject({ ready: false, customers: { connecting: 1, live: 1, failing: 0 } });
  fleet.failed("fabrikam", refused);
  expect(report()).toMatchObject({ ready: true, customers: { connecting: 0, live: 1, failing: 1 } });
  fleet.failed("acme", refused);
  expect(report().ready).toBe(true);
});

test("the cause of a failing customer is shown with escaped control characters until the customer recovers", () => {
  const { fleet, report } = twoCustomers();
  const fabrikam = () => report().each.find(({ customer }) => customer === "fabrikam");

  fleet.failed("fabrikam", refused);
  expect(fabrikam()).toMatchObject({
    state: "failing",
    error: { code: "UnauthorizedAccess", message: "no \\u{1b}[31mrole\\n", actor: "operator" },
  });
  // The link opens, but its sink still fails.
  fleet.observer.attached(at("fabrikam"));
  expect(fabrikam()).toMatchObject({ state: "failing" });
  fleet.recovered("fabrikam");
  expect(fabrikam()).toMatchObject({ state: "live" });
  expect(fabrikam()).not.toHaveProperty("error");
});

test("a silent tail is stuck; an answer, a locked message or a known failure ends that state", async () => {
  const { clock, fleet, report } = twoCustomers();
  const { observer } = fleet;
  observer.attached(at("acme"));
  observer.attached(at("fabrikam"));

  clock.now = 4 * minutes;
  expect(report()).toMatchObject({ live: false, stuck: ["acme", "fabrikam"] });
  await observer.call({ operation: "peek", end: at("acme") }, async () => []);
  expect(report().stuck).toEqual(["fabrikam"]);
  const held = observer.arrived(at("fabrikam"), heldMessage(1, []));
  clock.now = 8 * minutes;
  expect(report().stuck).toEqual(["acme"]);
  await held.complete();
  expect(report().stuck).toEqual(["acme", "fabrikam"]);
  fleet.failed("acme", refused);
  fleet.failed("fabrikam", refused);
  expect(report()).toMatchObject({ live: true, stuck: [] });
});

test("a failed call does not count as a heartbeat", async () => {
  const { clock, fleet, report } = twoCustomers();
  fleet.observer.attached(at("acme"));
  clock.now = 4 * minutes;
  const asked = fleet.observer.call({ operation: "peek", end: at("acme") }, () => Promise.reject(new Error("gone")));

  await expect(asked).rejects.toThrow("gone");
  expect(report().stuck).toContain("acme");
});
