import { beforeEach, expect, test } from "vitest";
import { controlOf } from "../faults/control-requests.ts";
import { createTestSandbox, type TestSandbox } from "../test-sandbox.ts";
import { type Arm, asOwner, asResponder, namespaceScope } from "./arm-requests.ts";

let sandbox: TestSandbox;
let owner: Arm;
beforeEach(async () => {
  sandbox = await createTestSandbox();
  owner = await asOwner(sandbox);
});

const queues = () => `${namespaceScope(sandbox)}/queues`;
const subscription = () => `/subscriptions/${sandbox.acme.subscriptionId}`;

test("a list comes in pages, each with a link to the next", async () => {
  for (const name of ["a", "b", "c"]) await owner.put(`${queues()}/${name}`, {});
  await controlOf(sandbox).play({ pageSize: 2 });
  const seen: string[] = [];
  let path: string | undefined = `${queues()}?api-version=2021-11-01`;
  for (let pages = 0; path !== undefined && pages < 5; pages++) {
    const { body }: Awaited<ReturnType<Arm["get"]>> = await owner.get(path);
    seen.push(...body.value.map(({ name }) => String(name)));
    const link: unknown = body.nextLink;
    path = typeof link === "string" ? link.replace(/^.*?\/arm/, "") : undefined;
  }

  expect(seen).toEqual(["commands", "statuses", "a", "b", "c"]);
});

test("a client may ask for fewer and for later ones", async () => {
  const { body } = await owner.get(`${queues()}?$top=1&$skip=1`);

  expect(body.value.map(({ name }) => name)).toEqual(["statuses"]);
  expect(body.nextLink).toBeUndefined();
  expect((await owner.get(`${queues()}?$skip=few`)).code).toBe("BadRequest");
});

test("a subscription and its resource groups can be read by those who may", async () => {
  const { status, body } = await owner.get(subscription());
  const responder = await asResponder(sandbox);

  expect([status, body.subscriptionId]).toEqual([200, sandbox.acme.subscriptionId]);
  expect((await owner.get(`${subscription()}/resourceGroups`)).body.value).toMatchObject([{ name: "messaging" }]);
  expect((await owner.get(`${subscription()}/resourcegroups/MESSAGING`)).body).toMatchObject({
    location: "westeurope",
  });
  expect((await owner.get(`${subscription()}/resourceGroups/other`)).code).toBe("ResourceGroupNotFound");
  expect((await responder.get(subscription())).code).toBe("AuthorizationFailed");
});

test("a queue's name may have slashes, for which its id has tildes", async () => {
  const { body } = await owner.put(`${queues()}/region~eu~commands`, {});
  const [, model] = [...sandbox.acme.namespace.queues].find(([name]) => name === "region/eu/commands") ?? [];

  expect(body.id).toMatch(/\/queues\/region~eu~commands$/);
  expect(model?.resourceId).toMatch(/\/queues\/region~eu~commands$/);
  expect((await owner.get(`${queues()}/region~eu~commands`)).status).toBe(200);
  expect((await owner.remove(`${queues()}/region~eu~commands`)).status).toBe(200);
  expect(sandbox.acme.namespace.queues.has("region/eu/commands")).toBe(false);
});
