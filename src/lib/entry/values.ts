export { countText } from "../domain/count-text.ts";
export type { JsonValue } from "../domain/json-value.ts";
export { didYouMean, nearestName } from "../domain/nearest-name.ts";
export { omitUndefined } from "../domain/omit-undefined.ts";
export { plainLine } from "../domain/plain-text.ts";
export { safeJson } from "../domain/safe-json.ts";
export { quoteForShell, shellWord } from "../domain/shell-word.ts";
export { systemErrorText } from "../domain/system-error.ts";
