import { expect, test } from "vitest";
import { parseConfig } from "../../../src/lib/config/config.ts";
import { configDocument, withValue } from "../../fakes/config-document.ts";

const problems = (document: unknown) => {
  const result = parseConfig(document, "/etc/contoso/xtenant.json");
  return "provider" in result ? [] : result;
};

test("a customer named __proto__ is refused, not ignored silently", () => {
  const { provider, customers } = configDocument();
  const named = JSON.parse(`{"__proto__":${JSON.stringify(customers.acme)}}`);

  expect(problems({ provider, customers: named })).toEqual([
    { path: "customers.__proto__", expected: expect.any(String) },
  ]);
});

test("a tag named __proto__ is kept or refused, not ignored silently", () => {
  const document = withValue(configDocument(), "customers.acme.tags", JSON.parse('{"__proto__":"x"}'));

  expect(problems(document)).not.toEqual([]);
});

test.each([
  ["provider.credential", ["managed-identity", "workload-identity", "certificate", "secret"]],
  ["provider.administrator", ["azure-cli", "device-code", "browser", "certificate", "secret"]],
  ["customers.acme.responder", ["managed-identity", "azure-cli", "certificate", "secret"]],
])("an unknown kind in %s is answered with all that may stand there", (path, kinds) => {
  const [problem] = problems(withValue(configDocument(), path, { kind: "password" }));

  expect(problem?.path).toBe(`${path}.kind`);
  for (const kind of kinds) expect(problem?.expected).toContain(kind);
});
