export { type CodeSource, catalogEntry, failureCodes, findCode, sourceOf } from "../errors/catalog/catalog.ts";
export { codeOfServiceText } from "../errors/service-bus-texts.ts";
