import type { View } from "../../lib/cli/run.ts";
import { table } from "../../lib/cli/table.ts";
import type { Topic } from "./topic.ts";

async function read() {
  const { variables } = await import("../../lib/variables.ts");
  return { topic: "environment", variables };
}

const view: View<Awaited<ReturnType<typeof read>>> = ({ variables }) =>
  table(variables.map(({ name, does }) => [name, does]));

export const environmentTopic: Topic = {
  summary: "which environment variables are read, set or refused",
  show: (run) => run(read, view)(),
};
