const leftOut = "<left out>";

/** The shapes in which secrets travel. What is traced is chosen field by field; this is for foreign words among them. */
const shapes: readonly (readonly [RegExp, string])[] = [
  // A token is three parts of base64url, the first of which is a JSON object; also when it was cut.
  [/eyJ[\w-]{6,}(?:\.[\w-]*){0,2}/g, leftOut],
  [/65794a[0-9a-f]{16,}/gi, leftOut],
  [/-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)/g, leftOut],
  [/\b(Bearer|Basic|SharedAccessSignature)\s+[^\s"',]+/gi, `$1 ${leftOut}`],
  [
    /\b(client_secret|client_assertion|assertion|access_token|refresh_token|id_token|code|password|secretText|SharedAccessKey|sig)(["']?\s*[=:]\s*["']?)[^\s"'&;,}]+/gi,
    `$1$2${leftOut}`,
  ],
  // Longer than any id: ids have dashes, addresses have dots and slashes.
  [/[A-Za-z0-9+_~=]{36,}/g, leftOut],
];

/** A text without what may be a secret in it. */
export const redact = (text: string): string =>
  shapes.reduce((left, [shape, instead]) => left.replace(shape, instead), text);
