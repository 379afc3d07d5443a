import { z } from "zod";
import type { TestSandbox } from "../test-sandbox.ts";
import { bearer, json, principalOf, tokenFor } from "../test-sandbox.ts";

export const roleIds = {
  dataOwner: "090c5cfd-751d-490a-894a-3ce6f1109419",
  dataSender: "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
  contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
};

export const namespaceScope = ({ acme }: TestSandbox) =>
  `/subscriptions/${acme.subscriptionId}/resourceGroups/messaging/providers/Microsoft.ServiceBus/namespaces/acme-bus`;

const bodySchema = z.looseObject({
  id: z.string().optional(),
  name: z.string().optional(),
  properties: z.looseObject({}).optional(),
  value: z.array(z.looseObject({ name: z.string().optional() })).default([]),
  error: z.looseObject({ code: z.string(), message: z.string() }).optional(),
});

async function read(response: Response) {
  const text = await response.text();
  const body = bodySchema.parse(text === "" ? {} : JSON.parse(text));
  return { status: response.status, body, code: body.error?.code, message: body.error?.message };
}

const versioned = (id: string) => `/arm${id}${id.includes("?") ? "&" : "?"}api-version=2022-04-01`;

/** Requests to ARM with one token, by ARM id. */
export const armWith = (sandbox: TestSandbox, token: string) => ({
  get: async (id: string) => read(await sandbox.fetch(versioned(id), { headers: bearer(token) })),
  put: async (id: string, body: unknown) => read(await sandbox.fetch(versioned(id), json("PUT", token, body))),
  remove: async (id: string) => read(await sandbox.fetch(versioned(id), { method: "DELETE", headers: bearer(token) })),
});

export type Arm = ReturnType<typeof armWith>;

/** Acme's automation administrator, Owner of the subscription. */
export const asOwner = async (sandbox: TestSandbox): Promise<Arm> => {
  const { tenant } = sandbox.acme;
  return armWith(
    sandbox,
    await tokenFor(sandbox, { tenant, principal: principalOf(tenant, "acme-administrator") }, "arm"),
  );
};

/** Acme's responder, who may receive from one queue and send to the other. */
export const asResponder = async (sandbox: TestSandbox): Promise<Arm> => {
  const { tenant, responder } = sandbox.acme;
  return armWith(sandbox, await tokenFor(sandbox, { tenant, principal: responder }, "arm"));
};
