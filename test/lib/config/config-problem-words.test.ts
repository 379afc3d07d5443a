import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../src/lib/config/config.ts";
import type { ConfigProblem } from "../../../src/lib/config/config-problems.ts";
import { configDocument, ids, sandboxCloud, withValue } from "../../fakes/config-document.ts";

// The exact words of every family of problems, so that they do not depend on the schema library.

const problems = (document: unknown): readonly ConfigProblem[] => {
  const result = parseConfig(document, "/etc/contoso/xtenant.json");
  return "provider" in result ? [] : result;
};

const times = { firstAt: "2026-11-27T08:00:00.000Z", lastAt: "2026-11-27T08:00:00Z" };

/** A valid config with a value at every place. */
const everyKey = () => {
  const { provider, customers } = configDocument();
  const acme = {
    ...customers.acme,
    administrator: { kind: "secret", clientId: ids.app, secretFile: "admin" },
    responder: { kind: "certificate", clientId: ids.app, certificateFile: "worker.pem" },
    tags: { region: "eu" },
    invitation: times,
  };
  const restart = {
    body: { restart: "{{service}}" },
    fields: { properties: { service: { type: "string" } }, required: ["service"] },
    properties: { urgent: true, level: 3, area: "web" },
    answer: { type: "object" },
    timeout: "30s",
  };
  return {
    provider: { ...provider, name: "Contoso", administrator: { kind: "azure-cli" } },
    contracts: { command: "command.json", status: "status.json" },
    audit: { file: "audit.jsonl" },
    commands: { restart },
    customers: { acme, fabrikam: customers.fabrikam },
  };
};

const providerKinds =
  "expected one of managed-identity, workload-identity, github-actions, azure-pipelines, certificate, secret";
const administratorKinds = "expected one of azure-cli, device-code, browser, environment, certificate, secret";
const responderKinds = "expected one of managed-identity, azure-cli, certificate, secret";
const unknownKey = "unknown key; remove it or check its spelling";

test("the config with a value at every place is valid", () => {
  expect(problems(everyKey())).toEqual([]);
});

describe("a value of another type", () => {
  test.each([
    ["$schema", 7, "expected a string, found a number"],
    ["provider", null, "expected an object, found null"],
    ["provider", [], "expected an object, found an array"],
    ["provider", "contoso", "expected an object, found a string"],
    ["provider.tenantId", 7, "expected a string, found a number"],
    ["provider.tenantId", null, "expected a string, found null"],
    ["provider.tenantId", {}, "expected a string, found an object"],
    ["provider.name", false, "expected a string, found a boolean"],
    ["provider.consentRedirectUri", ["x"], "expected a string, found an array"],
    ["provider.credential", "managed-identity", "expected an object, found a string"],
    ["provider.credential", null, "expected an object, found null"],
    ["provider.credential", [], "expected an object, found an array"],
    ["provider.administrator", 7, "expected an object, found a number"],
    ["customers.acme.administrator", true, "expected an object, found a boolean"],
    ["customers.acme.administrator.secretFile", 7, "expected a string, found a number"],
    ["customers.acme.responder", [], "expected an object, found an array"],
    ["customers.acme.responder.certificateFile", null, "expected a string, found null"],
    ["customers.acme.responder.clientId", {}, "expected a string, found an object"],
    ["contracts", [], "expected an object, found an array"],
    ["contracts", null, "expected an object, found null"],
    ["contracts.command", 7, "expected a string, found a number"],
    ["audit", "audit.jsonl", "expected an object, found a string"],
    ["audit.file", null, "expected a string, found null"],
    ["commands", [], "expected an object, found an array"],
    ["commands", null, "expected an object, found null"],
    ["commands.restart", "restart", "expected an object, found a string"],
    ["commands.restart", [], "expected an object, found an array"],
    ["commands.restart.description", 7, "expected a string, found a number"],
    ["commands.restart.fields", [], "expected an object, found an array"],
    ["commands.restart.fields.properties", [], "expected an object, found an array"],
    ["commands.restart.fields.properties.service", "string", "expected an object, found a string"],
    ["commands.restart.fields.required", "service", "expected an array, found a string"],
    ["commands.restart.fields.required.0", 7, "expected a string, found a number"],
    ["commands.restart.properties", "urgent", "expected an object, found a string"],
    ["commands.restart.properties.urgent", null, "expected a string, found null"],
    ["commands.restart.properties.urgent", {}, "expected a string, found an object"],
    ["commands.restart.answer", [], "expected an object, found an array"],
    ["commands.restart.timeout", 30, "expected a string, found a number"],
    ["customers", 7, "expected an object, found a number"],
    ["customers", null, "expected an object, found null"],
    ["customers.acme", "acme", "expected an object, found a string"],
    ["customers.acme", [], "expected an object, found an array"],
    ["customers.acme.namespace", 7, "expected a string, found a number"],
    ["customers.acme.commandQueue", null, "expected a string, found null"],
    ["customers.acme.tags", [], "expected an object, found an array"],
    ["customers.acme.tags.region", true, "expected a string, found a boolean"],
    ["customers.acme.invitation", "today", "expected an object, found a string"],
    ["customers.acme.invitation.lastAt", 7, "expected a string, found a number"],
  ])("%s: %j", (path, value, expected) => {
    const document = path.endsWith(".0")
      ? withValue(everyKey(), path.slice(0, -2), [value])
      : withValue(everyKey(), path, value);

    expect(problems(document)).toEqual([{ path, expected }]);
  });

  test.each([
    [null, "expected an object, found null"],
    [[], "expected an object, found an array"],
    ["text", "expected an object, found a string"],
    [7, "expected an object, found a number"],
    [true, "expected an object, found a boolean"],
  ])("the whole document: %j", (document, expected) => {
    expect(problems(document)).toEqual([{ path: "(top level)", expected }]);
  });

  test("sendCertificateChain", () => {
    const credential = { kind: "certificate", certificateFile: "app.pem", sendCertificateChain: "yes" };

    expect(problems(withValue(everyKey(), "provider.credential", credential))).toEqual([
      { path: "provider.credential.sendCertificateChain", expected: "expected a boolean, found a string" },
    ]);
  });
});

describe("a text that is not one of those allowed, or has not the form", () => {
  test.each([
    ["cloud", "publik", "expected one of public, usgovernment, china"],
    ["cloud", 7, "expected one of public, usgovernment, china"],
    ["cloud", null, "expected one of public, usgovernment, china"],
    ["cloud", [], "expected one of public, usgovernment, china"],
    ["transport", "tcp", "expected one of auto, amqp, websocket"],
    ["transport", null, "expected one of auto, amqp, websocket"],
    ["customers.acme.access", "owner", "expected one of least-privilege, data-owner"],
    ["customers.acme.access", 7, "expected one of least-privilege, data-owner"],
    ["commands.restart.queue", "commands", "expected one of command, status"],
    ["provider.clientId", "app", "expected a GUID"],
    ["provider.name", "", "expected a name of 1 to 120 characters"],
    ["provider.consentRedirectUri", "x", "expected an address such as https://contoso.example/consented"],
    ["customers.acme.resourceGroup", "rg.", "expected a resource group's name"],
    ["customers.acme.namespaceName", "a b", "expected the name of a namespace"],
    ["customers.acme.namespaceName", "bus", "expected the name of a namespace: 6 to 50 letters, digits and hyphens."],
    ["customers.acme.statusQueue", "two words", "expected a queue name"],
    [
      "customers.acme.statusQueue",
      "a//b",
      "expected a queue name: letters, digits, '.', '-', '_' and inner '/', at most 260.",
    ],
    ["customers.acme.invitation.firstAt", "yesterday", "expected a time in UTC such as 2026-01-31T12:00:00Z"],
    [
      "customers.acme.invitation.firstAt",
      "2026-02-30T00:00:00Z",
      "expected a time in UTC such as 2026-01-31T12:00:00Z",
    ],
    [
      "customers.acme.invitation.firstAt",
      "2026-11-27T08:00:00+01:00",
      "expected a time in UTC such as 2026-01-31T12:00:00Z",
    ],
    ["customers.acme.responder.certificateFile", "", "expected text that is not empty"],
    ["contracts.status", "", "expected text that is not empty"],
    ["audit.file", "", "expected text that is not empty"],
    ["commands.restart.timeout", "soon", "expected a duration such as 30s or 5m"],
    [
      "commands.restart.body",
      '{"restart": 1}',
      "expected JSON that is not in quotes: its values are then filled in safely",
    ],
  ])("%s: %j", (path, value, expected) => {
    expect(problems(withValue(everyKey(), path, value))).toEqual([{ path, expected }]);
  });

  test("the id of a service connection that is empty", () => {
    const credential = { kind: "azure-pipelines", serviceConnectionId: "" };

    expect(problems(withValue(everyKey(), "provider.credential", credential))).toEqual([
      {
        path: "provider.credential.serviceConnectionId",
        expected: "expected text that is not empty",
      },
    ]);
  });

  test("a required field of a saved command that is a placeholder of every message", () => {
    expect(problems(withValue(everyKey(), "commands.restart.fields.required", ["uuid"]))).toEqual([
      {
        path: "commands.restart.fields.required.0",
        expected: "expected letters, digits, _ and -; uuid, count, now and customer are placeholders of every message",
      },
    ]);
  });
});

test.each([
  ["provider"],
  ["provider.tenantId"],
  ["provider.clientId"],
  ["audit.file"],
  ["commands.restart.body"],
  ["customers.acme.tenantId"],
  ["customers.acme.namespace"],
  ["customers.acme.administrator.clientId"],
  ["customers.acme.responder.certificateFile"],
  ["customers.acme.invitation.firstAt"],
  ["customers.acme.invitation.lastAt"],
])("a key that is absent, or has no value: %s", (path) => {
  const absent = JSON.parse(JSON.stringify(withValue(everyKey(), path, undefined)));

  expect(problems(absent)).toEqual([{ path, expected: "is missing" }]);
  expect(problems(withValue(everyKey(), path, undefined))).toEqual([{ path, expected: "is missing" }]);
});

test("every key of a custom cloud that is absent", () => {
  expect(problems({ ...everyKey(), cloud: {} })).toEqual(
    Object.keys(sandboxCloud).map((key) => ({ path: `cloud.${key}`, expected: "is missing" })),
  );
});

describe("the name of an entry", () => {
  const commandName = "expected lower-case letters, digits and -";
  const fieldName =
    "expected letters, digits, _ and -; uuid, count, now and customer are placeholders of every message";
  const tagName = "expected letters, digits, '.', '-' and '_' in the name of a tag";

  test.each([
    ["commands.Restart", { body: "x" }, commandName],
    ["commands.restart.fields.properties.uuid", {}, fieldName],
    ["commands.restart.fields.properties.two words", {}, fieldName],
    ["customers.acme.tags.two words", "x", tagName],
    ["customers.acme.tags.", "x", tagName],
  ])("%s", (path, value, expected) => {
    expect(problems(withValue(everyKey(), path, value))).toEqual([{ path, expected }]);
  });

  test("its value is not checked when the name is wrong", () => {
    expect(problems(withValue(everyKey(), "commands.Restart", 7))).toEqual([
      { path: "commands.Restart", expected: commandName },
    ]);
  });

  test.each([["constructor"], ["prototype"], ["toString"]])("may be %s", (name) => {
    const { acme } = everyKey().customers;
    const config = parseConfig(
      {
        ...everyKey(),
        commands: { restart: { body: "x", properties: { [name]: "x" }, answer: { [name]: {} } } },
        customers: { acme: { ...acme, tags: { [name]: "x" } } },
      },
      "/etc/contoso/xtenant.json",
    );

    if (!("provider" in config)) throw new Error(JSON.stringify(config));
    expect(config.commands.get("restart")).toMatchObject({ properties: { [name]: "x" }, answer: { [name]: {} } });
    expect([...config.customers.values()].map(({ tags }) => Object.entries(tags))).toEqual([[[name, "x"]]]);
  });
});

describe("keys that are not known", () => {
  test.each([
    [""],
    ["provider."],
    ["provider.credential."],
    ["provider.administrator."],
    ["contracts."],
    ["audit."],
    ["commands.restart."],
    ["customers.acme."],
    ["customers.acme.administrator."],
    ["customers.acme.responder."],
    ["customers.acme.invitation."],
  ])("are all named, in the order of the file: %j", (above) => {
    const keys = ["surprise", "constructor", "toString", "prototype"];
    const document = keys.reduce((one, key) => withValue(one, `${above}${key}`, 1), everyKey() as object);

    expect(problems(document)).toEqual(keys.map((key) => ({ path: `${above}${key}`, expected: unknownKey })));
  });

  test("follow the problems of the known keys", () => {
    const { provider } = everyKey();

    expect(problems({ surprise: 1, ...everyKey(), provider: { other: 1, ...provider, tenantId: 7 } })).toEqual([
      { path: "provider.tenantId", expected: "expected a string, found a number" },
      { path: "provider.other", expected: unknownKey },
      { path: "surprise", expected: unknownKey },
    ]);
  });

  test("may be in the JSON Schema of fields, and stay there", () => {
    const config = parseConfig(
      withValue(everyKey(), "commands.restart.fields.additionalProperties", false),
      "/etc/contoso/xtenant.json",
    );

    if (!("provider" in config)) throw new Error(JSON.stringify(config));
    expect(config.commands.get("restart")?.fields).toEqual({
      properties: { service: { type: "string" } },
      required: ["service"],
      additionalProperties: false,
    });
  });
});

test.each([
  ["__proto__"],
  ["provider.__proto__"],
  ["provider.credential.__proto__"],
  ["commands.restart.body.__proto__"],
  ["commands.restart.fields.__proto__"],
  ["customers.acme.tags.__proto__"],
])("the key %s is refused", (path) => {
  const [key = "", ...above] = path.split(".").reverse();
  const named = JSON.parse(`{${JSON.stringify(key)}: {"a": 1}}`);
  const document = above.length === 0 ? { ...everyKey() } : withValue(everyKey(), above.reverse().join("."), named);
  if (above.length === 0) Object.defineProperty(document, key, { value: 1, enumerable: true });

  expect(problems(document)).toEqual([{ path, expected: "expected another name" }]);
});

describe("an identity", () => {
  test.each([
    ["provider.credential", providerKinds],
    ["provider.administrator", administratorKinds],
    ["customers.acme.administrator", administratorKinds],
    ["customers.acme.responder", responderKinds],
  ])("without a kind, or with another one: %s", (path, expected) => {
    for (const kind of [undefined, "password", 7, null, {}, ["secret"], "Secret", ""])
      expect(problems(withValue(everyKey(), path, { kind, secretFile: "x" }))).toEqual([
        { path: `${path}.kind`, expected },
      ]);
    expect(problems(withValue(everyKey(), path, {}))).toEqual([{ path: `${path}.kind`, expected }]);
  });

  const missing = "is missing";
  const variableName = "expected the name of an environment variable";

  test.each([
    ["provider.credential", { kind: "secret" }, [["secretFile", missing]]],
    ["provider.credential", { kind: "secret", secretFile: "a", secretEnv: "B" }, [["secretEnv", unknownKey]]],
    ["provider.credential", { kind: "secret", secretEnv: "not a name" }, [["secretEnv", variableName]]],
    ["provider.credential", { kind: "secret", secretEnv: 7 }, [["secretEnv", "expected a string, found a number"]]],
    ["provider.credential", { kind: "secret", secretFile: 7, secretEnv: "B" }, [["secretFile", unknownKey]]],
    [
      "provider.credential",
      { kind: "secret", a: 1, b: 2 },
      [
        ["secretFile", missing],
        ["a", unknownKey],
        ["b", unknownKey],
      ],
    ],
    [
      "provider.credential",
      { kind: "github-actions", a: 1, b: 2 },
      [
        ["a", unknownKey],
        ["b", unknownKey],
      ],
    ],
    [
      "provider.credential",
      { kind: "certificate", certificateFile: "", sendCertificateChain: 1 },
      [
        ["certificateFile", "expected text that is not empty"],
        ["sendCertificateChain", "expected a boolean, found a number"],
      ],
    ],
    [
      "customers.acme.administrator",
      { kind: "secret" },
      [
        ["secretFile", missing],
        ["clientId", missing],
      ],
    ],
    ["customers.acme.administrator", { kind: "secret", secretEnv: "A" }, [["clientId", missing]]],
    [
      "customers.acme.administrator",
      { kind: "secret", secretEnv: "a b", clientId: "x" },
      [
        ["secretEnv", variableName],
        ["clientId", "expected a GUID"],
      ],
    ],
    [
      "customers.acme.responder",
      { kind: "secret", secretFile: "a", clientId: 7 },
      [["clientId", "expected a string, found a number"]],
    ],
    ["customers.acme.responder", { kind: "azure-cli", clientId: ids.app }, [["clientId", unknownKey]]],
  ] as const)("of a known kind, with another key: %s = %j", (path, identity, expected) => {
    expect(problems(withValue(everyKey(), path, identity))).toEqual(
      expected.map(([key, words]) => ({ path: `${path}.${key}`, expected: words })),
    );
  });
});

test("an empty name in a path is kept", () => {
  const { provider, customers } = configDocument();

  expect(problems({ provider, customers: { "": { ...customers.acme, tenantId: "x" } } })).toEqual([
    { path: "customers..tenantId", expected: "expected a GUID" },
  ]);
  expect(problems({ provider, "": 1 })).toEqual([{ path: "", expected: unknownKey }]);
});

test("no problem repeats the value that is in the file", () => {
  const value = "v3ry~s3cret.v4lue!";
  const places = [
    "cloud",
    "transport",
    "provider.tenantId",
    "provider.consentRedirectUri",
    "provider.credential.kind",
    "provider.credential.managedIdentityClientId",
    "customers.acme.access",
    "customers.acme.namespace",
    "customers.acme.statusQueue",
    "customers.acme.invitation.firstAt",
    "customers.acme.tags",
    "commands.restart.timeout",
  ];
  for (const place of places) {
    const found = problems(withValue(everyKey(), place, `{${value}`));

    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).not.toContain(value);
  }
});
