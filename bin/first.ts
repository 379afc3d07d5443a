// What every start needs before the program is loaded: one file of the bundle.
export { printHelpPage } from "../src/cli/help/help-page.ts";
export { useCompiledCode } from "./compile-cache.ts";
