import { expect, test } from "vitest";
import { Failure } from "../../src/lib/errors/failure.ts";
import { random as seeded } from "../fakes/random.ts";
import { list, nul, raw, string, symbol, uint } from "../fakes/raw-amqp.ts";
import { after, attackWith, nested, performative } from "./attack.ts";
import { type Attack, frame, performativeOf, performatives } from "./hostile-broker.ts";

/** The frame with a few of its bytes changed, none of them in its length. */
function damaged(piece: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(piece);
  const changes = 1 + Math.floor(random() * 4);
  for (let change = 0; change < changes; change += 1) {
    const at = 4 + Math.floor(random() * (copy.length - 4));
    copy[at] = Math.floor(random() * 256);
  }
  return copy;
}

const fields = [
  nul,
  uint(0),
  uint(1),
  uint(0xffffffff),
  raw(0x41),
  raw(0x42),
  string("$cbs"),
  symbol("x"),
  list(),
  list(nul),
];
const pick = (random: () => number) => fields[Math.floor(random() * fields.length)] ?? nul;

/** What every attack under this seed does to frames of this kind. */
const attacksOn = (code: number, seed: number): readonly (() => Attack)[] => {
  const random = seeded(seed * 1_000 + code);
  const invented = () => frame(performative(code, ...Array.from({ length: 14 }, () => pick(random))));
  return [
    () => (piece) => (performativeOf(piece) === code ? damaged(piece, random) : piece),
    after(performatives.begin, invented()),
    after(performatives.attach, invented()),
  ];
};

test.concurrent.each(Object.entries(performatives))(
  "damaged and invented frames of the kind %s end nothing but their connection",
  async (_name, code) => {
    const attacks = [1, 2].flatMap((seed) => attacksOn(code, seed));
    const outcomes = await Promise.all(attacks.map((attack) => attackWith(attack)));

    for (const outcome of outcomes.flat())
      expect(outcome === "done" || outcome instanceof Failure, String(outcome)).toBe(true);
  },
);

test.concurrent.each([
  ["a frame of 2 GB", Buffer.from([0x7f, 0xff, 0xff, 0xff])],
  ["a frame of no bytes", Buffer.alloc(4_000)],
  ["another protocol", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ["deep nesting", frame(performative(performatives.flow, nested(5_000)))],
  ["a message of 8 MB", Buffer.alloc(8 * 1024 ** 2, frame(performative(performatives.flow)))],
])("%s over a WebSocket ends nothing but its connection", async (_name, evil) => {
  const [received, sent] = await attackWith(after(performatives.attach, evil), "websocket");

  for (const outcome of [received, sent]) expect(outcome).toMatchObject({ kind: "unavailable" });
});

test("an honest broker over a WebSocket is used", async () => {
  expect(await attackWith(() => (piece) => piece, "websocket")).toEqual(["done", "done"]);
});
