import { spawnSync } from "node:child_process";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseGuid } from "../../../src/lib/domain/customer.ts";
import { assignmentName, roles } from "../../../src/lib/domain/role-access.ts";
import { azScript } from "../../../src/lib/onboarding/emit/az-script.ts";
import { ids } from "../../fakes/config-document.ts";
import { openFolder } from "../../fakes/folder.ts";

const request = {
  customer: "acme",
  tenantId: ids.acme,
  clientId: ids.app,
  providerTenantId: ids.contoso,
  subscriptionId: ids.subscription,
  resourceGroup: "messaging",
  namespace: "acme-bus",
  cloud: "public",
  creates: "nothing" as const,
  assignments: [{ queue: "commands", roleId: roles.sender.id, roleName: roles.sender.name }],
};

/** The commands that the script uses, without sha1sum: macOS has shasum. */
const commands = ["bash", "tr", "shasum", "perl", "grep"];

/**
 * Runs the script with a program in the place of az that writes lines as on Windows. `answers` are lines of bash for the answer to
 * a role assignment; the number of the attempt is $n.
 */
async function run(answers: string, changes: Partial<typeof request> = {}) {
  await using folder = await openFolder();
  const bin = join(folder.path, "bin");
  await mkdir(bin);
  for (const name of commands) {
    const path = pathOf(name);
    if (path.startsWith("/")) await symlink(path, join(bin, name));
  }
  const log = join(folder.path, "log");
  const program = async (name: string, text: string) => {
    await writeFile(join(bin, name), `#!${join(bin, "bash")}\n${text}\n`);
    await chmod(join(bin, name), 0o755);
  };
  await program("sleep", `echo "sleep $1" >> '${log}'`);
  await program(
    "az",
    `echo "$*" >> '${log}'
case "$*" in
  "account show"*) printf '%s\\r\\n' ${ids.acme} ;;
  "ad sp list"*) printf '%s\\r\\n' ${ids.principal} ;;
  "ad sp show"*) printf '%s\\r\\n' ${ids.contoso} ;;
  *"--method put"*) n=$(grep -c 'method put' '${log}'); ${answers} ;;
  *"--method get"*) printf '1\\r\\n' ;;
esac`,
  );
  const script = join(folder.path, "script.sh");
  await writeFile(script, azScript({ ...request, ...changes }));
  const { status, stdout, stderr } = spawnSync(join(bin, "bash"), [script], { env: { PATH: bin }, encoding: "utf8" });
  return { code: status, stdout, stderr, log: await readFile(log, "utf8") };
}

const pathOf = (name: string) => spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();

test("the script waits until role assignments know the principal, and uses the names that xtenant uses", async () => {
  const { code, stdout, stderr, log } = await run(
    `if [ "$n" -lt 3 ]; then echo '(PrincipalNotFound) not yet' >&2; exit 1; fi`,
  );

  const scope = `/subscriptions/${ids.subscription}/resourceGroups/messaging/providers/Microsoft.ServiceBus/namespaces/acme-bus/queues/commands`;
  expect([code, stderr]).toEqual([0, `waiting until role assignments know ${ids.principal}\n`]);
  expect(stdout).toMatch(/assigned Azure Service Bus Data Sender[\s\S]*done: /);
  expect(log.match(/sleep 10/g)).toHaveLength(2);
  const principal = parseGuid(ids.principal);
  expect(log).toContain(`roleAssignments/${assignmentName(scope, principal, roles.sender.id)}?api-version`);
});

test("any other refusal ends the script at once, without the word done", async () => {
  const { code, stdout, stderr, log } = await run("echo '(AuthorizationFailed) no right' >&2; exit 1");

  expect(code).not.toBe(0);
  expect(stderr).toContain("AuthorizationFailed");
  expect(`${stdout}${log}`).not.toMatch(/done|sleep/);
});

test("a principal that stays unknown ends the script with that reason", async () => {
  const { code, stderr, stdout } = await run("echo '(PrincipalNotFound) never' >&2; exit 1");

  expect(code).not.toBe(0);
  expect(stderr).toContain("(PrincipalNotFound) never");
  expect(stdout).not.toContain("done");
});
