import { describe, expect, test } from "vitest";
import { type Config, parseConfig } from "../../../src/lib/config/config.ts";
import { customerRecord } from "../../../src/lib/config/customer-record.ts";
import { findCustomer, findCustomers, selectCustomers } from "../../../src/lib/config/select-customers.ts";
import { parseCustomerName, parseCustomerNames, parseTag } from "../../../src/lib/domain/customer.ts";
import { configDocument, ids, withValue } from "../../fakes/config-document.ts";

function config(document: object = configDocument()): Config {
  const parsed = parseConfig(document, "/etc/contoso/xtenant.json");
  if ("provider" in parsed) return parsed;
  throw new Error(JSON.stringify(parsed));
}

const acme = parseCustomerName("acme");
const fabrikam = parseCustomerName("fabrikam");
const names = (found: ReturnType<typeof findCustomers>) => found.map(({ name }) => name);

describe("customers of a config", () => {
  test("are found by name, in the order asked for and each once", () => {
    expect(names(findCustomers(config(), [fabrikam, acme, fabrikam]))).toEqual([fabrikam, acme]);
  });

  test("are all selected when none is named", () => {
    expect(names(findCustomers(config(), []))).toEqual([acme, fabrikam]);
  });

  test("that are unknown are reported with the file and the known customers", () => {
    expect(() => findCustomer(config(), parseCustomerName("tailspin"))).toThrow(
      expect.objectContaining({
        kind: "notFound",
        code: "CustomerNotFound",
        message: "/etc/contoso/xtenant.json has no customer 'tailspin' (known: acme, fabrikam)",
      }),
    );
  });

  test("must exist before all of them can be selected", () => {
    const empty = config({ provider: configDocument().provider });

    expect(() => findCustomers(empty, [])).toThrow(expect.objectContaining({ kind: "usage", code: "NoCustomers" }));
  });
});

describe("a selection of customers", () => {
  const tagged = withValue(
    withValue(configDocument(), "customers.acme.tags", { region: "eu", tier: "gold" }),
    "customers.fabrikam.tags",
    { region: "eu" },
  );

  test("is by name, by --all, or by every tag that is given", () => {
    expect(names(selectCustomers(config(tagged), { names: parseCustomerNames("fabrikam,acme") }))).toEqual([
      fabrikam,
      acme,
    ]);
    expect(names(selectCustomers(config(tagged), { all: true }))).toEqual([acme, fabrikam]);
    expect(names(selectCustomers(config(tagged), { tag: [parseTag("region=eu")] }))).toEqual([acme, fabrikam]);
    expect(names(selectCustomers(config(tagged), { tag: [parseTag("region=eu"), parseTag("tier=gold")] }))).toEqual([
      acme,
    ]);
  });

  test("that is empty or given in two ways is refused", () => {
    expect(() => selectCustomers(config(tagged), {})).toThrow(expect.objectContaining({ kind: "usage" }));
    expect(() => selectCustomers(config(tagged), { names: [acme], all: true })).toThrow(
      expect.objectContaining({ kind: "usage" }),
    );
    expect(() => selectCustomers(config(tagged), { tag: [parseTag("region=us")] })).toThrow(
      expect.objectContaining({ kind: "notFound", code: "TagNotFound" }),
    );
  });
});

test("a customer's record shows its identities by kind only", () => {
  const identity = { kind: "secret", clientId: ids.app, secretFile: "worker.secret" };
  const document = withValue(
    withValue(configDocument(), "customers.acme.responder", identity),
    "customers.acme.administrator",
    { kind: "certificate", clientId: ids.app, certificateFile: "admin.pem" },
  );

  expect(customerRecord(findCustomer(config(document), acme))).toEqual({
    customer: "acme",
    tenantId: ids.acme,
    namespace: "acme-messages.servicebus.windows.net",
    commandQueue: "commands",
    statusQueue: "statuses",
    subscriptionId: ids.subscription,
    resourceGroup: "messaging",
    administrator: "certificate",
    responder: "secret",
    access: "least-privilege",
    tags: {},
  });
});
