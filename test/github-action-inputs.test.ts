import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";

const file = join(import.meta.dirname, "../examples/github-actions/send/action.yml");
const { runs } = parse(readFileSync(file, "utf8")) as {
  runs: { steps: readonly { readonly name: string; readonly run: string; readonly env: Record<string, string> }[] };
};
const [check] = runs.steps;
/** Says what it would install. */
const npm = `npm() { echo npm "$@"; }`;

const good = { CUSTOMER: "acme", TIMEOUT: "10m", VERSION: "0.1.0", CONFIG: "config/xtenant.json" };
const run = (env: Partial<typeof good>) => {
  const { status, stdout } = spawnSync("bash", ["-e", "-o", "pipefail", "-c", `${npm}\n${check?.run}`], {
    env: { PATH: process.env.PATH, ...good, ...env },
    encoding: "utf8",
  });
  return { status, lines: stdout.split("\n").filter(Boolean) };
};

test("the action checks its inputs before any step uses them", () => {
  expect(Object.keys(check?.env ?? {}).toSorted()).toEqual(Object.keys(good).toSorted());
  expect(run({})).toEqual({ status: 0, lines: ["npm install --global --ignore-scripts xtenant@0.1.0"] });
});

test.each([
  { CUSTOMER: "acme\nstatus=forged" },
  { CUSTOMER: "--all" },
  { CUSTOMER: "" },
  { CUSTOMER: "acme::error::x" },
  { TIMEOUT: "-1m" },
  { TIMEOUT: "1m\n::set-env::" },
  { VERSION: "1.0.0 --registry=http://evil.example" },
  { CONFIG: "--help" },
  { CONFIG: "a\nb" },
])("the action refuses the input %j, and repeats nothing of it", (env) => {
  const { status, lines } = run(env);

  expect(status).toBe(2);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^::error title=An input of the action is refused::'(?:customer|timeout|version|config)' must/,
  );
});
