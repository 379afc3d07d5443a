import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseConfig } from "../../src/lib/config/config.ts";
import { stepsIn } from "./pipeline-steps.ts";

const root = join(import.meta.dirname, "../..");
const withScripts = [
  "examples/github-actions/send/action.yml",
  "examples/github-actions/check.yml",
  "examples/azure-pipelines/deploy.yml",
];

/** The environment that a runner gives to every step. */
const given = ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"];

test.each(withScripts)("%s uses no expression in a script, and passes every variable in env", async (file) => {
  for (const { name, script, env } of await stepsIn(file)) {
    const used = [...script.matchAll(/\$\{?([A-Z][A-Z_]+)/g)].map(([, variable = ""]) => variable);

    expect({ name, script }).not.toMatchObject({ script: expect.stringMatching(/\$\{\{|\$\(\w+\.\w+\)/) });
    expect({ name, missing: used.filter((one) => !env.includes(one) && !given.includes(one)) }).toEqual({
      name,
      missing: [],
    });
  }
});

test("the examples install this version", async () => {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const texts = await Promise.all(withScripts.map((file) => readFile(join(root, file), "utf8")));
  const named = texts.flatMap((text) => text.match(/(?<=xtenant@|default: )\d+\.\d+\.\d+/g) ?? []);

  expect(named).toEqual(withScripts.map(() => version));
});

test.each(globSync("{examples,deploy}/**/xtenant.json", { cwd: root }))("%s is a valid config", async (file) => {
  expect(parseConfig(JSON.parse(await readFile(join(root, file), "utf8")), join("/srv", file))).toHaveProperty(
    "provider",
  );
});

/** Debian's own reader, which its Azure CLI needs too. */
const readYaml = (input: string) =>
  spawnSync(
    "/usr/bin/python3",
    ["-c", "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout, default=str)"],
    {
      input,
      encoding: "utf8",
    },
  );
const noYaml = readYaml("").status !== 0;

test.skipIf(noYaml).each(withScripts)(
  `%s has exactly the scripts that the tests run${noYaml ? " (SKIPPED: python3-yaml is not installed)" : ""}`,
  async (file) => {
    const {
      runs,
      jobs,
      steps = (runs ?? jobs?.check)?.steps,
    } = JSON.parse(readYaml(await readFile(join(root, file), "utf8")).stdout);
    const scripts = steps.map(({ run, bash = run }: Record<string, string>) => bash?.trimEnd());

    expect((await stepsIn(file)).map(({ script }) => script.trimEnd())).toEqual(scripts.filter(Boolean));
  },
);

test.skipIf(noYaml).each(globSync("{.github,examples}/**/*.yml", { cwd: root }))("%s is valid YAML", async (file) => {
  expect(readYaml(await readFile(join(root, file), "utf8"))).toMatchObject({ status: 0, stderr: "" });
});

const shellcheck = spawnSync("shellcheck", ["--version"]).error === undefined;

test.skipIf(!shellcheck)("shellcheck finds nothing in the scripts (skipped where it is not installed)", async () => {
  for (const file of withScripts)
    for (const { name, script } of await stepsIn(file)) {
      const { stdout } = spawnSync("shellcheck", ["--shell", "bash", "-"], { input: `${script}\n`, encoding: "utf8" });
      expect({ file, name, stdout }).toEqual({ file, name, stdout: "" });
    }
});
