import { formatDefinitions } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import { failureKinds } from "../../lib/entry/errors.ts";
import { defineTopic } from "./help-topic.ts";

type ExitCode = { readonly code: number; readonly kind: string; readonly means: string };

export const exitCodes = (): readonly ExitCode[] => [
  { code: 0, kind: "done", means: "done, or nothing to do" },
  ...Object.entries(failureKinds).map(([kind, { exitCode, means }]) => ({ code: exitCode, kind, means })),
];

const read = async () => ({ topic: "exit-codes", exitCodes: exitCodes() });

const view: View<Awaited<ReturnType<typeof read>>> = ({ exitCodes: codes }, _style, page) =>
  formatDefinitions(
    codes.map(({ code, kind, means }) => [String(code).padStart(3), kind, means]),
    page?.columns,
  );

export const exitCodesTopic = defineTopic("all exit codes", read, view);
