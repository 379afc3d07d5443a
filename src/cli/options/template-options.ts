import { parseFieldAssignment } from "../../lib/domain/saved-command.ts";
import { parseArgument } from "./parsers.ts";

/** How the body of a message is made from a template, or from a saved command of the config. */
export const templateOptions = {
  template: {
    flags: "--template",
    description: "fill in {{uuid}}, {{count}}, {{now}} and {{customer}} in body, ids and subject",
  },
  command: {
    flags: "--command <name>",
    description: "send a saved command of the config (xtenant command saved)",
    complete: "saved-command",
  },
  set: {
    flags: "--set <field=value>",
    description: "a field of the saved command; repeat it for several fields",
    parse: parseArgument(parseFieldAssignment),
    repeatable: true,
    complete: "field",
    sensitive: true,
  },
} as const;
