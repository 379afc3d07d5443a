import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonLines, openSandbox, type Ran, xtenant } from "../e2e/xtenant.ts";

/** No secret and no token appears in printed output or in files, in any of the forms in which text is dumped. */
let sandbox: Awaited<ReturnType<typeof openSandbox>>;
let secrets: readonly string[];
beforeAll(async () => {
  sandbox = await openSandbox();
  const folder = join(sandbox.folder, "secrets");
  const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")));
  const ofKeys = texts.flatMap((text) =>
    text.split("\n").filter((line) => line.length >= 40 && !line.startsWith("-----")),
  );
  secrets = [...texts.map((text) => text.trim()), ...ofKeys];
  const document = JSON.parse(await readFile(sandbox.config, "utf8"));
  document.provider.credential = { kind: "secret", secretFile: "secrets/provider" };
  await writeFile(sandbox.config, JSON.stringify(document));
});
afterAll(() => sandbox[Symbol.asyncDispose]());

/**
 * NODE_DEBUG is not among them: with it Node itself prints tokens, so live clouds refuse it (`environment-guard.ts`).
 */
const loud = { DEBUG: "*", AZURE_LOG_LEVEL: "verbose", RHEA_DEBUG: "*" };
let runs = 0;

/** A run and its debug log, which may contain no more than the output. */
async function run(...args: readonly string[]) {
  const file = join(sandbox.folder, `trace-${++runs}.jsonl`);
  const ran = await xtenant(["--config", sandbox.config, "--verbose", "--debug", file, ...args], { env: loud });
  const { mode } = await stat(file);
  return { ...ran, trace: await readFile(file, "utf8"), mode: mode & 0o777 };
}

const forms = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString("hex");
  // Base64 of a text within another text starts at one of three positions. The middle part is the same at each
  // position.
  const within = [0, 1, 2].map((skip) => bytes.subarray(skip).toString("base64").slice(4, -6));
  const dumped = hex.replace(/../g, "$& ").trim();
  return [secret, hex, hex.toUpperCase(), dumped, encodeURIComponent(secret), ...within];
};

function leaks({ stdout, stderr, trace = "" }: Ran & { readonly trace?: string }): readonly string[] {
  const said = `${stdout}\n${stderr}\n${trace}`;
  const found = secrets.flatMap((secret) => forms(secret).filter((form) => form.length > 12 && said.includes(form)));
  // A token of any kind: three parts of base64url, the first of which is a JSON object. Also as hex.
  const tokens = said.match(/eyJ[\w-]{10,}\.[\w-]{10,}|65794a[0-9a-f]{40,}/gi) ?? [];
  return [...found, ...tokens];
}

test("neither output nor the debug log contains a secret or a token, after success or failure, at any log level of the libraries", async () => {
  expect((await run("onboard", "acme", "--provision", "--grant")).exitCode).toBe(0);
  const ran = await Promise.all([
    run("send", "acme", "what nobody may read", "--property", "word=nor this"),
    run("poll", "acme", "--json"),
    run("whoami", "acme"),
    run("verify"),
    run("send", "fabrikam", "refused"),
  ]);

  expect(ran.map(({ exitCode }) => exitCode).slice(0, 3)).toEqual([0, 0, 0]);
  for (const one of ran) expect(leaks(one)).toEqual([]);
  for (const { trace, mode } of ran) {
    expect(mode).toBe(0o600);
    expect(trace).not.toMatch(/nobody may read|nor this|Bearer/i);
    const events = jsonLines(trace).map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(["begun", "config", "connected", "http", "asked", "ended"]));
    expect(events.at(-1)).toBe("ended");
  }
  // The failure of one customer among others is printed with its cause, too.
  expect(jsonLines(ran[3].trace)).toContainEqual(
    expect.objectContaining({ event: "asked", failed: expect.objectContaining({ causes: expect.anything() }) }),
  );
  expect(jsonLines(ran[4].trace)).toContainEqual(
    expect.objectContaining({ event: "failed", code: "AADSTS700016", causes: expect.anything() }),
  );
}, 60_000);

test("the check finds a secret in each form", () => {
  const [secret = ""] = secrets;
  for (const form of [...forms(secret), Buffer.from(`Authorization: x${secret}`).toString("base64")])
    expect(leaks({ exitCode: 0, stdout: "", stderr: `before ${form} after` })).not.toEqual([]);
  expect(leaks({ exitCode: 0, stdout: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4eHgifQ.", stderr: "" })).not.toEqual([]);
});

test("a settings file of the AMQP library, a .env and a package in the working directory have no effect", async () => {
  const cwd = join(sandbox.folder, "planted");
  await mkdir(join(cwd, "node_modules/@azure/identity"), { recursive: true });
  await Promise.all([
    writeFile(join(cwd, "connect.json"), JSON.stringify({ host: "evil.example", tls: { verify: false } })),
    writeFile(join(cwd, ".env"), "AZURE_CLIENT_SECRET=planted\nNODE_TLS_REJECT_UNAUTHORIZED=0\n"),
    writeFile(join(cwd, "node_modules/@azure/identity/package.json"), '{"name":"@azure/identity","main":"evil.js"}'),
    writeFile(join(cwd, "node_modules/@azure/identity/evil.js"), "process.stdout.write('evil'); process.exit(66);"),
  ]);
  const { exitCode, stdout } = await xtenant(["--config", sandbox.config, "send", "acme", "hi"], { cwd });

  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.not.stringContaining("evil") });
});
