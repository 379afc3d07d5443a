import { environmentVariables } from "../../cli/help/environment-variables.ts";
import { formatDefinitions } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import { defineTopic } from "./help-topic.ts";

const read = async () => ({ topic: "environment", variables: environmentVariables });

const view: View<Awaited<ReturnType<typeof read>>> = ({ variables }, _style, page) =>
  formatDefinitions(
    variables.map(({ name, does }) => [name, does]),
    page?.columns,
  );

export const environmentTopic = defineTopic("environment variables that are read, set or refused", read, view);
