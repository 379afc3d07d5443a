import { expect, test } from "vitest";
import { redact } from "../../../src/cli/debug-log/redact.ts";

test.each([
  ["token eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4eHgifQ.c2ln here", "token <left out> here"],
  ["cut eyJhbGciOiJub25lIn0", "cut <left out>"],
  ["as hex 65794a68624763694f694a756232356c496e30", "as hex <left out>"],
  ["Authorization: Bearer abc.def", "Authorization: Bearer <left out>"],
  ["client_secret=abc8Q~x&grant_type=client_credentials", "client_secret=<left out>&grant_type=client_credentials"],
  ['{"access_token":"abc","expires_in":3599}', '{"access_token":"<left out>","expires_in":3599}'],
  ["-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\nafter", "<left out>\nafter"],
  ["Endpoint=sb://x/;SharedAccessKey=abc=", "Endpoint=sb://x/;SharedAccessKey=<left out>"],
  [`a secret ${"a1B~".repeat(10)}`, "a secret <left out>"],
])("%j is traced as %j", (text, left) => {
  expect(redact(text)).toBe(left);
});

test("ids, addresses and paths are left as they are", () => {
  const said =
    "AADSTS700016 in 38bd5a9c-8212-5c4d-bc01-3cb6fe8b2daf at /subscriptions/3701177a-f6fc-5186-a216-74d47fbc0105/resourceGroups/messaging/providers/Microsoft.ServiceBus/namespaces/acme-bus";
  expect(redact(said)).toBe(said);
});
