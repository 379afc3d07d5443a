import { az as azOfDebian, copyCommandIndex, firstStart, quickStart } from "./az-start.ts";
import { type Environment, type ProxiedSandbox, runProgram } from "./proxied-sandbox.ts";

type Account = { readonly tenantId: string; readonly clientId: string };

/**
 * The Azure CLI, Debian's or another that was started once before, with the variables of `xtenant sandbox env`. Its sign-in is
 * kept in the sandbox's folder.
 */
export async function azFor(sandbox: ProxiedSandbox, az = azOfDebian, profile = firstStart) {
  const env: Environment = { ...(await sandbox.env("az")), ...quickStart, AZURE_CORE_ONLY_SHOW_ERRORS: "true" };
  await copyCommandIndex(env.AZURE_CONFIG_DIR ?? "", profile);
  const run = (...args: string[]) => runProgram(az, [...args, "--output", "json"], env);
  const login = ({ tenantId, clientId }: Account, secret: string, ...more: string[]) =>
    run("login", "--service-principal", "--tenant", tenantId, "--username", clientId, `--password=${secret}`, ...more);
  return {
    /** The variables, for a script that starts az. */
    env,
    run,
    /** The output of a command that succeeds. */
    async json(...args: string[]) {
      const { code, stdout, stderr } = await run(...args);
      if (code !== 0) throw new Error(`az ${args.join(" ")} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    login,
    /** A sign-in that must succeed. az times out early on a busy machine, so it may run twice. */
    async signIn(account: Account, secret: string) {
      if ((await login(account, secret)).code === 0) return;
      const { code, stderr } = await login(account, secret);
      if (code !== 0) throw new Error(`az login ended with ${code}: ${stderr}`);
    },
  };
}
