import { expect, test } from "vitest";
import { busFacts } from "../../../test/recorded/bus-facts.ts";
import { encodeDescribed, encodeString } from "../../src/service-bus/messages/amqp-encode.ts";
import { attachFrame } from "./raw-frames.ts";
import { type Frame, fieldsOf, openWire, partsOf, queueName, type Wire, type WireOptions } from "./wire.ts";

/** What the broker says: a condition, or the status of a reply to a token, and a text. */
type Said = readonly [condition: unknown, description: unknown];

const errorOf = ({ fields }: Frame, place: number): Said => {
  const [condition, description] = fieldsOf(fields[place]);
  return [condition, description];
};

async function open(options: WireOptions = {}): Promise<Wire> {
  const wire = await openWire(options);
  await wire.putToken(`sb://${wire.host}/`);
  return wire;
}

/** The answer to an attach as a receiver of the queue. */
async function attach(wire: Wire): Promise<Said> {
  wire.write(attachFrame(0, "receiver", queueName));
  return errorOf(await wire.next("detach"), 2);
}

async function putToken(path: string, fault?: Parameters<Wire["putToken"]>[1]): Promise<Said> {
  const wire = await openWire();
  const { status, description } = await wire.putToken(`sb://${wire.host}/${path}`, fault);
  return [status, description];
}

/** How each recorded answer is provoked. The others need Azure's own trouble. */
const provocations: Readonly<Record<string, () => Promise<Said>>> = {
  Q2: async () => attach(await openWire()),
  Q3: async () => {
    const wire = await open();
    wire.write(attachFrame(0, "receiver", queueName));
    await wire.next("attach");
    wire.tenant.roleAssignments.clear();
    wire.broker.recheck();
    return errorOf(await wire.next("detach"), 2);
  },
  Q4: () => putToken("absent"),
  Q5: () => putToken("", "issuer"),
  "Q5-expired": () => putToken("", "expired"),
  "Q5-signature": () => putToken("", "signature"),
  Q6: async () => {
    const wire = await openWire();
    if (wire.namespace) wire.namespace.firewall = "closed";
    const { status, description } = await wire.putToken(`sb://${wire.host}/`);
    return [status, description];
  },
  Q7: async () => attach(await open({ settings: { requiresSession: true } })),
  Q8: async () => errorOf(await (await openWire({ limits: { firstLink: 200 } })).next("close"), 0),
  Q10: async () => {
    const wire = await open({ settings: { maxMessageBytes: 1024 } });
    wire.write(attachFrame(0, "sender", queueName));
    await wire.next("attach");
    wire.transfer(0, encodeDescribed(0x77, encodeString("x".repeat(2000))));
    const [error] = partsOf((await wire.next("disposition")).fields[4]);
    const [condition, description] = fieldsOf(error);
    return [condition, description];
  },
  "entity-disabled": async () => attach(await open({ settings: { status: "Disabled" } })),
};

/** Without what differs from one request to the next: ids, times, sizes, and the names of entities and links. */
const shapeOf = (text: unknown) =>
  String(text)
    .replace(/TrackingId:.*$/s, "TrackingId")
    .replaceAll(/sb:\/\/[^'\s]+/g, "sb://ENTITY")
    .replace(/The link '[^']+'/, "The link 'NAME'")
    .replaceAll(/\d+/g, "N");

test.each(busFacts.filter(({ id }) => id in provocations))(
  "the broker says it in the recorded words: $id",
  async (fact) => {
    const [condition, description] = (await provocations[fact.id]?.()) ?? [];

    expect([condition, shapeOf(description)]).toEqual([fact.condition, shapeOf(fact.description)]);
  },
);

test("each provocation belongs to a recorded answer", () => {
  expect(Object.keys(provocations).filter((id) => !busFacts.some((fact) => fact.id === id))).toEqual([]);
});
