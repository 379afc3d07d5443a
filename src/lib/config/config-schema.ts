import { z } from "zod";
import { credentialSchemas } from "../azure/credentials/credential-registry.ts";
import { landingPage } from "../domain/app-registration.ts";
import { parseGuid, parseNamespaceName, parseQueueName } from "../domain/customer.ts";
import { parseDurationText } from "../domain/duration.ts";
import { transports } from "../domain/transport.ts";

/** The address of the published JSON Schema, which `init` writes as `$schema`. */
export const schemaUrl = "https://unpkg.com/xtenant/schema/xtenant.schema.json";

/** Text that a function reads later. Parsing a parsed config again must change nothing, so that it stays text here. */
const checked = (parse: (text: string) => unknown, pattern: RegExp, description: string) =>
  z
    .string()
    .regex(pattern, { error: `expected ${description}`, abort: true })
    .describe(description)
    .superRefine((text, context) => {
      try {
        parse(text);
      } catch (error) {
        context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
      }
    });

const parsed = <T>(parse: (text: string) => T, pattern: RegExp, description: string) =>
  checked(parse, pattern, description).transform(parse);

const durationText = checked(parseDurationText, /^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/, "a duration such as 30s or 5m");
const guidText = parsed(parseGuid, /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/, "a GUID");
const queueText = parsed(parseQueueName, /^[\w./-]{1,260}$/, "a queue name");
const pathText = z.string().min(1).describe("a path, relative to this file");
const environmentName = z.string().regex(/^[A-Za-z_]\w*$/, { error: "expected the name of an environment variable" });

const schemas = credentialSchemas({
  z: { boolean: z.boolean, literal: z.literal, strictObject: z.strictObject, string: z.string },
  guid: guidText,
  path: pathText,
  environmentName,
});
const providerCredential = z.union(schemas.provider);
const administrator = z.union(schemas.administrator);
const responder = z.union(schemas.responder);

const loopbackUrl = (protocol: string) =>
  z.string().regex(new RegExp(`^${protocol}://(?:localhost|127\\.0\\.0\\.1|\\[::1\\])(?::\\d{1,5})?(?:/[\\w/-]*)?$`), {
    error: `expected a loopback address, ${protocol}://localhost:<port> (only the sandbox is a custom cloud)`,
  });

/** A custom cloud is the sandbox: it has a name, runs on loopback, and has its own certificate authority. */
const customCloud = z.strictObject({
  name: z.string().regex(/^(?!(?:public|usgovernment|china)$)[a-z][a-z0-9-]*$/, {
    error: "expected a name of its own, such as sandbox",
  }),
  authorityHost: loopbackUrl("https"),
  graphEndpoint: loopbackUrl("https"),
  armEndpoint: loopbackUrl("https"),
  serviceBusSuffix: z.string().regex(/\.localhost$/, { error: "expected a suffix that ends with .localhost" }),
  serviceBusEndpoint: loopbackUrl("sb"),
  managedIdentityEndpoint: loopbackUrl("http"),
  caFile: pathText,
});

const customer = z.strictObject({
  tenantId: guidText.describe("the customer's Entra tenant"),
  namespace: z.string().describe("host of the customer's Service Bus namespace"),
  commandQueue: queueText.prefault("commands"),
  statusQueue: queueText.prefault("statuses"),
  subscriptionId: guidText.optional(),
  resourceGroup: z
    .string()
    .regex(/^[\w().-]{0,89}[\w()-]$/, { error: "expected a resource group's name" })
    .optional(),
  namespaceName: parsed(parseNamespaceName, /^[\w-]+$/, "the name of a namespace")
    .optional()
    .describe("name of the namespace's resource, where the host is an alias for geo-recovery"),
  access: z
    .enum(["least-privilege", "data-owner"])
    .default("least-privilege")
    .describe(
      "what `grant` gives: a sender and a receiver, each on its queue, or the pattern's Data Owner on the namespace",
    ),
  administrator: administrator.prefault({ kind: "azure-cli" }),
  responder: responder.optional(),
  tags: z
    .record(
      z.string().regex(/^[\w.-]+$/, { error: "expected letters, digits, '.', '-' and '_' in the name of a tag" }),
      z.string(),
    )
    .default({}),
  invitation: z
    .strictObject({
      firstAt: z.iso.datetime().describe("when `invite` first made an invitation for the customer"),
      lastAt: z.iso.datetime().describe("when `invite` last made one"),
    })
    .optional(),
});

const contracts = z.strictObject({
  command: pathText
    .optional()
    .describe(
      "JSON Schema of every command's body: `send` refuses what does not keep to it (a path, relative to this file)",
    ),
  status: pathText
    .optional()
    .describe(
      "JSON Schema of every status's body: `poll` flags what does not keep to it (a path, relative to this file)",
    ),
});

const audit = z.strictObject({
  file: pathText.describe(
    "the audit trail: a line for each command that changes something (a path, relative to this file)",
  ),
});

const fieldName = z.string().regex(/^(?!(?:uuid|count|now|customer)$)[A-Za-z_][\w-]*$/, {
  error: "expected letters, digits, _ and -; uuid, count, now and customer are placeholders of every message",
});
const anySchema = z.record(z.string(), z.unknown());

const savedCommand = z.strictObject({
  description: z.string().optional().describe("what it does, for `command saved`"),
  body: z
    .unknown()
    .describe("the body: JSON, or text; {{field}}, {{customer}}, {{uuid}}, {{count}} and {{now}} are filled in")
    .refine((body) => body !== undefined, { error: "is missing" })
    // A value with quotes would break JSON that is written as text.
    .refine((body) => typeof body !== "string" || !/^\s*(?:\{(?!\{)|\[)/.test(body), {
      error: "expected JSON that is not in quotes: its values are then filled in safely",
    }),
  fields: z
    .looseObject({ properties: z.record(fieldName, anySchema).default({}), required: z.array(fieldName).optional() })
    .prefault({})
    .describe("JSON Schema of the fields that `--set` gives"),
  subject: z.string().optional(),
  contentType: z.string().optional(),
  properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  queue: z.enum(["command", "status"]).default("command"),
  answer: anySchema.optional().describe("JSON Schema of the status's body, for `send --wait`"),
  timeout: durationText.optional().describe("how long `send --wait` waits for the status"),
});

/** The config file as an operator writes it. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  cloud: z.union([z.enum(["public", "usgovernment", "china"]), customCloud]).default("public"),
  provider: z.strictObject({
    tenantId: guidText.describe("the provider's Entra tenant"),
    clientId: guidText.describe("application (client) id of the provider's multi-tenant app"),
    name: z
      .string()
      .regex(/^\S(?:.{0,118}\S)?$/, { error: "expected a name of 1 to 120 characters" })
      .optional()
      .describe("the provider's name, as customers read it on pages"),
    consentRedirectUri: z
      .string()
      .regex(/^https?:\/\/[^\s?#]+$/, { error: "expected an address such as https://contoso.example/consented" })
      .default(landingPage),
    credential: providerCredential.optional(),
    administrator: administrator.prefault({ kind: "azure-cli" }),
  }),
  transport: z
    .enum(transports)
    .default("auto")
    .describe("AMQP on port 5671, or inside a WebSocket on port 443; auto: what the network lets through"),
  contracts: contracts.default({}),
  audit: audit.optional(),
  commands: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, { error: "expected lower-case letters, digits and -" }),
      savedCommand,
    )
    .default({})
    .describe("saved commands: `send --command <name>` (docs/saved-commands.md)"),
  customers: z.record(z.string(), customer).default({}),
});
export type CustomCloud = z.output<typeof customCloud>;
export type ConfigDocument = z.input<typeof configSchema>;
export type ParsedDocument = z.output<typeof configSchema>;
