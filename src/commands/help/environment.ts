import type { View } from "../../lib/cli/run.ts";
import { definitions } from "../../lib/cli/wrap.ts";
import { variables } from "../../lib/variables.ts";
import type { Topic } from "./topic.ts";

const read = async () => ({ topic: "environment", variables });

const view: View<Awaited<ReturnType<typeof read>>> = ({ variables }, _style, page) =>
  definitions(
    variables.map(({ name, does }) => [name, does]),
    page?.columns,
  );

export const environmentTopic: Topic = {
  summary: "which environment variables are read, set or refused",
  show: (run) => run(read, view)(),
};
