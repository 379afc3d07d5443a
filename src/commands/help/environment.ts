import type { View } from "../../lib/cli/run.ts";
import { definitions } from "../../lib/cli/wrap.ts";
import type { Topic } from "./topic.ts";

async function read() {
  const { variables } = await import("../../lib/variables.ts");
  return { topic: "environment", variables };
}

const view: View<Awaited<ReturnType<typeof read>>> = ({ variables }, _style, page) =>
  definitions(
    variables.map(({ name, does }) => [name, does]),
    page?.columns,
  );

export const environmentTopic: Topic = {
  summary: "which environment variables are read, set or refused",
  show: (run) => run(read, view)(),
};
