import rhea, { type Connection, type Typed } from "rhea";

const { types } = rhea;

/** How many fields a performative, a terminus and an error have (AMQP 1.0 parts 2 and 3), by their descriptors. */
const fieldCounts: Readonly<Record<number, number>> = {
  16: 10, // open
  17: 8, // begin
  18: 14, // attach
  19: 11, // flow
  20: 11, // transfer
  21: 6, // disposition
  22: 3, // detach
  23: 1, // end
  24: 1, // close
  29: 3, // error
  37: 1, // rejected
  40: 11, // source
  41: 7, // target
};

/** Writes every field of a performative, as Service Bus does. rhea leaves out the last ones without a value, and Python's client reads them. */
export function writeAllFields(connection: Connection): void {
  const { _write_frame } = connection;
  connection._write_frame = (channel, performative, payload) =>
    _write_frame.call(connection, channel, performative && complete(typedOf(performative)), payload);
}

const typedOf = (performative: Typed | { described(): Typed }) =>
  "described" in performative ? performative.described() : performative;

/** The value, with nulls for the fields that it lacks, and so the values in it. */
function complete(typed: Typed): Typed {
  const code: unknown = typed.descriptor?.value;
  const count = typeof code === "number" ? fieldCounts[code] : undefined;
  if (count === undefined) return typed;
  const given: readonly (Typed | null | undefined)[] = Array.isArray(typed.value) ? typed.value : [];
  const fields = Array.from({ length: count }, (_, index) => complete(given[index] ?? types.Null()));
  return types.described(types.wrap_ulong(Number(code)), types.List32(fields));
}
