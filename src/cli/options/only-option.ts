import { defineOption } from "../command/define-option.ts";

/** For commands that inspect many customers. */
export const onlyOption = defineOption({
  flags: "--only <which>",
  description: "problems: only the customers that need attention",
  choices: ["problems"],
});
