import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../src/lib/config/config.ts";
import { parseGuid } from "../../../src/lib/domain/customer.ts";
import { wantedAssignments } from "../../../src/lib/domain/role-access.ts";
import { acme, configDocument, ids, withValue } from "../../fakes/config-document.ts";

test("a queue whose name has a slash is named with a tilde in Resource Manager's ids", () => {
  const [sender] = wantedAssignments(acme({ commandQueue: "emea/commands" }), parseGuid(ids.principal), {
    role: "least-privilege",
  });

  expect(sender?.scope).toMatch(/\/queues\/emea~commands$/);
});

describe("what becomes part of a resource's id cannot leave its place in it", () => {
  test.each([
    ["customers.acme.resourceGroup", "messaging/../../.."],
    ["customers.acme.resourceGroup", "messaging?x"],
    ["customers.acme.resourceGroup", "messaging."],
    ["customers.acme.commandQueue", "a/../../../../../../../b"],
    ["customers.acme.statusQueue", "a/./b"],
  ])("%s = %j is refused", (path, value) => {
    const result = parseConfig(withValue(configDocument(), path, value), "/etc/contoso/xtenant.json");

    expect(result).toEqual([{ path, expected: expect.any(String) }]);
  });
});
