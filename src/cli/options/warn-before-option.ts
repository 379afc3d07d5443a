import { expiryWarningDays } from "../../lib/app-registration/credential-expiry.ts";
import { defineOption } from "../command/define-option.ts";
import { parseDays } from "./times.ts";

export const warnBeforeOption = defineOption({
  flags: "--warn-before <days>",
  description: "warn when the app's certificate or secret expires in fewer days",
  parse: parseDays,
  default: expiryWarningDays,
  defaultText: `${expiryWarningDays}d`,
});
