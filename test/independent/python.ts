import { fileURLToPath } from "node:url";
import { python } from "./installed.ts";
import { type ProxiedSandbox, runProgram } from "./proxied-sandbox.ts";

/**
 * Runs one of the scripts beside this file against the sandbox. Resolves to its output, with the values of each line
 * together.
 */
export async function runScript(sandbox: ProxiedSandbox, name: string, ...args: string[]) {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const env = { ...(await sandbox.env("python")), PYTHONDONTWRITEBYTECODE: "1" };
  const { code, stdout, stderr } = await runProgram(python, [script, sandbox.directory, ...args], env);
  if (code !== 0) throw new Error(`${name} ended with ${code} after ${stdout}: ${stderr}`);
  const said: Record<string, unknown> = {};
  for (const line of stdout.split("\n").filter((text) => text !== "")) Object.assign(said, JSON.parse(line));
  return said;
}
