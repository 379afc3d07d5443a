import { InvalidArgumentError } from "commander";

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("expected a whole number of at least 1.");
  return Number(text);
}

/** A sequence number: Service Bus counts in 64 bits. */
export function parseSequenceNumber(text: string): bigint {
  if (!/^\d{1,19}$/.test(text)) throw new InvalidArgumentError("expected a sequence number.");
  return BigInt(text);
}

export function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError("expected a port, 0 to 65535.");
  return Number(text);
}

/** Turns a domain parser that throws plain errors into one whose message commander prints with the option's name. */
export const parseArgument =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };

/** The same for an option or argument that may be repeated. */
export const parseRepeatedArgument =
  <T>(parse: (text: string) => T) =>
  (text: string, before: readonly T[] = []): readonly T[] => [...before, parseArgument(parse)(text)];

const seconds = { s: 1, m: 60, h: 3_600 } as const;

/** `50/s`, `30/m` → messages a second. */
export function parseRate(text: string): number {
  const [, amount, unit] = /^(\d{1,7}(?:\.\d+)?)\/(s|m|h)$/.exec(text) ?? [];
  const perSecond = Number(amount) / seconds[(unit ?? "s") as keyof typeof seconds];
  if (!(perSecond > 0)) throw new InvalidArgumentError("expected a rate such as 50/s or 30/m.");
  return perSecond;
}
