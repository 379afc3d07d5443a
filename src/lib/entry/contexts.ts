export {
  type Contexts,
  changeContexts,
  type NamedContext,
  parseContextName,
  readContexts,
  requireContext,
} from "../config/contexts.ts";
