import { expect, test } from "vitest";
import { Failure } from "../../src/lib/errors/failure.ts";
import { random as seeded } from "../fakes/random.ts";
import { list, nul, raw, string, symbol, uint } from "../fakes/raw-amqp.ts";
import { after, attackWith, performative } from "./attack.ts";
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
    const outcomes = await Promise.all([1, 2].flatMap((seed) => attacksOn(code, seed)).map(attackWith));

    for (const outcome of outcomes.flat())
      expect(outcome === "done" || outcome instanceof Failure, String(outcome)).toBe(true);
  },
);
