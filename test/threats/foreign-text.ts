import fc from "fast-check";

/** Text of a hostile customer: controls, escapes, bidi, tags, formulas, paths, shells, keys of prototypes. */
const pieces = [
  ...["\u001b[31m", "\u001b]0;owned\u0007", "\u001b]52;c;ZXZpbA==\u0007", "\u001bPq\u001b\\", "\u001bkname\u001b\\"],
  ...["\u009b2J", "\u009d8;;https://evil.example\u009c", "\r", "\n", "\b", "\0", "\u007f", "\t", "\u0085"],
  ...["\u202e", "\u2066", "\u2069", "\u200f", "\u200b", "\u00ad", "\ufeff", "\u2028", "\u2029", "\u{e0041}", "\u180e"],
  ...["__proto__", "constructor", "prototype", "toString", "=1+1", "@SUM(A1)", "../../etc/passwd", "C:\\", "CON"],
  ...[
    "$(id)",
    "`id`",
    "; rm -rf ~",
    "| sh",
    "&& id",
    "%00",
    "'",
    '"',
    "\\",
    "{",
    "}",
    "[",
    "]",
    "é",
    "日本",
    "🎉",
    "\ud800",
  ],
];

export const foreignText = fc
  .array(
    fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 6 }), fc.string({ maxLength: 6 })),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(""));

/** Any JSON value, with foreign text as keys and values. */
export const foreignJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    foreignText,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(foreignText, tie("value"), { maxKeys: 4, noNullPrototype: false }),
  ),
})).value;
