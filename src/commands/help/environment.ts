import { environmentVariables } from "../../cli/help/environment-variables.ts";
import { formatDefinitions } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import type { Topic } from "./help-topic.ts";

const read = async () => ({ topic: "environment", variables: environmentVariables });

const view: View<Awaited<ReturnType<typeof read>>> = ({ variables }, _style, page) =>
  formatDefinitions(
    variables.map(({ name, does }) => [name, does]),
    page?.columns,
  );

export const environmentTopic: Topic = {
  summary: "which environment variables are read, set or refused",
  show: (run) => run(read, view)(),
};
