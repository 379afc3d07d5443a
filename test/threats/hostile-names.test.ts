import fc from "fast-check";
import { expect, test } from "vitest";
import { customerChoices, customerNames, customerTags } from "../../src/cli/completion/customer-names.ts";
import { jsonLine } from "../../src/cli/output/failure-json.ts";
import { styleFor } from "../../src/cli/output/style.ts";
import { nagiosRenderer } from "../../src/cli/status-board/nagios.ts";
import { createReceiveView } from "../../src/cli/views/receive-view.ts";
import { parseConfig } from "../../src/lib/config/config.ts";
import { plainLine } from "../../src/lib/domain/plain-text.ts";
import type { MessageReceived } from "../../src/lib/receive/receive-record.ts";
import type { CustomerState } from "../../src/lib/status/customer-state.ts";
import { summarizeStates } from "../../src/lib/status/state-summary.ts";
import { configDocument } from "../fakes/config-document.ts";
import { configOnDisk } from "../fakes/config-on-disk.ts";
import { output } from "../fakes/output.ts";
import { foreignText } from "./foreign-text.ts";

/** What a shell, Terraform, Bicep and JSON take as it is between their quotes. */
const harmless = /^[\w()./-]+$/;

test.each(["commandQueue", "statusQueue", "resourceGroup", "namespaceName"])(
  "a %s that a script of --emit could run is refused in the config",
  (key) => {
    const { customers, ...document } = configDocument();
    const isConfig = (name: string) =>
      "provider" in parseConfig({ ...document, customers: { acme: { ...customers.acme, [key]: name } } }, "/x.json");

    expect(isConfig("orders-eu")).toBe(true);
    fc.assert(fc.property(foreignText, (name) => !isConfig(name) || harmless.test(name)));
  },
);

test("completion offers no name or tag that a shell would run", async () => {
  const names = fc.sample(foreignText, 200);
  const customers = Object.fromEntries(names.map((name) => [name, { tags: { [name]: name, region: name } }]));
  await using disk = await configOnDisk({ customers: { ...customers, acme: { tags: { region: "eu" } } } });
  const search = { option: disk.file, env: {}, workingDirectory: disk.path };

  const offered = [...(await customerNames(search)), ...(await customerTags(search))];
  const shown = (await customerChoices(search)).map(({ name }) => name);

  expect(offered).toEqual(expect.arrayContaining(["acme", "region=eu"]));
  for (const word of offered) expect(word).toMatch(/^[\w.=-]+$/);
  for (const line of shown) expect(line).toBe(plainLine(line));
});

const queue = { queue: "commands", counts: "administration", active: 0, deadLetter: 1, scheduled: 0 } as const;
const unwell: CustomerState = {
  ...{ type: "customer", at: "2026-01-01T12:00:00.000Z", customer: "acme", tenantId: "t", namespace: "n" },
  ...{ level: "critical", findings: [], consent: "given", claims: { send: "held", listen: "held" } },
  ...{ commands: queue, statuses: queue, errors: [] },
};

test("a monitor gets one line for each customer, and no figures from what a service says", () => {
  const plain = styleFor(output(), {}, false);
  fc.assert(
    fc.property(foreignText, (said) => {
      const { onRecord, onEnd } = nagiosRenderer();
      const state = { ...unwell, findings: [said] };
      onRecord(state, plain);
      onRecord(summarizeStates([state], { milliseconds: 1 }), plain);

      const lines = onEnd?.(plain).split("\n") ?? [];

      expect(lines).toHaveLength(2);
      expect(lines[0]?.split("|")).toHaveLength(2);
      expect(lines[1]).toMatch(/^CRITICAL acme: /);
      expect(lines[1]).not.toMatch(/[|\p{Cc}]/u);
    }),
  );
});

test("a property of a megabyte is one line of JSON, and takes no room in text for people", () => {
  const large = "\u001b[31m|".repeat(160_000);
  const record: MessageReceived = {
    ...{ type: "message", customer: "acme", tenantId: "t", namespace: "n", queue: "statuses", body: "hi" },
    ...{ messageId: "m", sequenceNumber: "1", deliveryCount: 1, enqueuedAt: "2026-01-01T00:00:00.000Z" },
    properties: { outcome: large, [large]: large },
  };

  const json = jsonLine(record);
  const text = createReceiveView({})(record, styleFor(output(), {}, false));

  expect(JSON.parse(json)).toMatchObject({ properties: { outcome: large, [large]: large } });
  expect(json).not.toMatch(/\p{Cc}/u);
  expect(text).not.toMatch(/\p{Cc}/u);
  expect(text.length).toBeLessThan(1_000);
});
