/** Crockford's base 32 without the letters that a person confuses with digits: i, l, o and u. */
const digits = "0123456789abcdefghjkmnpqrstvwxyz";
const length = 12;

/** A new id for a command, which a person can read out and type: `k7m2-q4xd-9rtp`. It has 60 random bits. */
export function newCommandId(): string {
  const random = crypto.getRandomValues(new Uint8Array(length));
  const text = Array.from(random, (byte) => digits[byte & 31]).join("");
  return text.replace(/(.{4})(?=.)/g, "$1-");
}
