import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DefaultTheme } from "vitepress";

const root = join(import.meta.dirname, "../..");

/** A page is called what its first heading says. */
const pageOf = (file: string): DefaultTheme.SidebarItem => {
  const [, heading = file] = /^# (.+)$/m.exec(readFileSync(join(root, file), "utf8")) ?? [];
  return { text: heading.replaceAll("`", ""), link: `/${file.replace(/(?:README)?\.md$/, "")}` };
};
const group = (text: string, ...files: readonly string[]) => ({ text, items: files.map(pageOf) });

/** The users' group comes first. A test checks that it names every document in `docs/`. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  group(
    "Guides",
    "docs/README.md",
    "docs/how-it-works.md",
    "docs/onboarding-provider.md",
    "docs/invitations.md",
    "docs/onboarding-customer.md",
    "docs/browse.md",
    "docs/rollout.md",
    "docs/runbook.md",
    "docs/sandbox.md",
    "docs/library.md",
    "docs/migration.md",
    "examples/README.md",
    "deploy/README.md",
    "sandbox/README.md",
  ),
  group(
    "Reference",
    "docs/commands.md",
    "docs/configuration.md",
    "docs/environment.md",
    "docs/exit-codes.md",
    "docs/error-codes.md",
    "docs/message-format.md",
    "docs/output.md",
    "docs/terminal.md",
    "docs/saved-commands.md",
    "docs/audit.md",
    "docs/contexts.md",
    "docs/status-envelope.md",
    "docs/expressions.md",
    "docs/telemetry.md",
    "docs/performance.md",
  ),
  group("Security and reliability", "docs/security-model.md", "docs/reliability.md", "SECURITY.md"),
  {
    ...group("For maintainers", "CONTRIBUTING.md", ...globSync("docs/internals/*.md", { cwd: root }).sort()),
    collapsed: true,
  },
  {
    ...group("Decisions", ...globSync("docs/internals/decisions/*.md", { cwd: root }).sort()),
    collapsed: true,
  },
];
