import rhea, { type Delivery, type Typed } from "rhea";
import type { AmqpError } from "../amqp-errors.ts";

const { types } = rhea;

const described = (code: number, fields: readonly Typed[]): Typed =>
  types.described(types.wrap_ulong(code), fields.length === 0 ? types.List0() : types.List32(fields));

const acceptedCode = 0x24;
const accepted = () => described(acceptedCode, []);
const rejected = ({ condition, description }: AmqpError) =>
  described(0x25, [described(0x1d, [types.wrap_symbol(condition), types.wrap_string(description)])]);

/** Reports to the peer that its message is stored, or completed as it asked. */
export function accept(delivery: Delivery): void {
  delivery.update(true, accepted());
  forget(delivery);
}

/** Reports to the peer that its message or settlement was refused. */
export const reject = (delivery: Delivery, error: AmqpError): void => writeAlone(delivery, rejected(error));

/** Reports to the receiver that its settlement is complete, with the outcome that it asked for and without an error. */
export function confirm(delivery: Delivery, code: number): void {
  if (code === acceptedCode) accept(delivery);
  else writeAlone(delivery, described(code, []));
}

/**
 * Writes the disposition immediately and alone: rhea 3.0.5 merges the outcomes of consecutive deliveries into the first one
 * (`write_dispositions` in its session.js). A rejection after an acceptance would become an acceptance.
 */
function writeAlone(delivery: Delivery, outcome: Typed): void {
  const { link, id, remote_settled } = delivery;
  const role = types.wrap_boolean(link.is_receiver());
  const [first, last] = [types.wrap_uint(id), types.wrap_uint(id)];
  if (!remote_settled) link.session.output(described(0x15, [role, first, last, types.wrap_boolean(true), outcome]));
  Object.assign(delivery, { settled: true });
  forget(delivery);
}

/** Removes a settled delivery. rhea would keep it until the peer settles as well, which the peer does not have to do. */
function forget(delivery: Delivery) {
  Object.assign(delivery, { remote_settled: true });
  delivery.link.connection._register();
}

/** The outcome that the peer set for a delivery, encoded with its descriptor. */
export function encodeOutcome(delivery: Delivery): Buffer {
  const writer = new types.Writer();
  if (delivery.remote_state) writer.write(delivery.remote_state.described());
  return writer.toBuffer();
}
