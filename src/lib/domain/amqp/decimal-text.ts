/** The exponent of each decimal format: its width in bits, and its bias (IEEE 754-2008, 3.5.2). */
const formats = {
  4: { exponentBits: 8, bias: 101 },
  8: { exponentBits: 10, bias: 398 },
  16: { exponentBits: 14, bias: 6176 },
} as const;

/**
 * A decimal of 4, 8 or 16 bytes as text: `105`, `-0.10`, `1E+6144`. AMQP uses the binary integer encoding of IEEE 754-2008 (AMQP 1.0
 * part 1, 1.6.13). An exponent appears where plain digits would be long.
 */
export function decimalText(bytes: Buffer): string {
  const { exponentBits, bias } = formats[bytes.length as keyof typeof formats];
  const bits = BigInt(`0x${bytes.toString("hex")}`);
  const total = BigInt(bytes.length * 8);
  const sign = bits >> (total - 1n) === 1n ? "-" : "";
  const combination = (bits >> (total - 6n)) & 0x1fn;
  if (combination === 0x1fn) return "NaN";
  if (combination === 0x1en) return `${sign}Infinity`;
  // Two set bits at the start of the exponent mean that the coefficient has a prefix of 100 (binary).
  const isLarge = combination >> 3n === 3n;
  const coefficientBits = total - 1n - BigInt(exponentBits) - (isLarge ? 2n : 0n);
  const exponent = Number((bits >> coefficientBits) & ((1n << BigInt(exponentBits)) - 1n)) - bias;
  const coefficient = (bits & ((1n << coefficientBits) - 1n)) | (isLarge ? 4n << coefficientBits : 0n);
  return sign + withExponent(String(coefficient), exponent);
}

/** The most zeros before the first digit that are written without an exponent. */
const mostZeros = 6;

function withExponent(digits: string, exponent: number): string {
  if (exponent === 0) return digits;
  const leading = digits.length + exponent;
  if (exponent < 0 && leading > 0) return `${digits.slice(0, leading)}.${digits.slice(leading)}`;
  if (exponent < 0 && leading > -mostZeros) return `0.${"0".repeat(-leading)}${digits}`;
  const scientific = leading - 1;
  const [first, rest] = [digits.slice(0, 1), digits.slice(1)];
  return `${first}${rest === "" ? "" : `.${rest}`}E${scientific < 0 ? "" : "+"}${scientific}`;
}
