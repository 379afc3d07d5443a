import type { Concern, CustomerState } from "../../lib/status/customer-state.ts";
import { remedyOf } from "../remedies/remedies.ts";

const steps: Record<Concern, string> = {
  "status-waiting": "xtenant poll {customer}",
  "command-dead-letters": "xtenant dead-letter list {customer} --queue command",
  "status-dead-letters": "xtenant dead-letter list {customer}",
  "ping-unanswered": "ask {customer} whether its worker runs; for a rehearsal: xtenant respond {customer}",
  "credential-ending": "xtenant app credential rotate",
};

/** What to do about the findings of a customer: the remedies of its errors, and a command for each other concern. */
export const nextSteps = ({ customer, errors, concerns = [] }: CustomerState): readonly string[] => [
  ...new Set([...errors.map(remedyOf), ...concerns.map((one) => steps[one].replaceAll("{customer}", customer))]),
];
