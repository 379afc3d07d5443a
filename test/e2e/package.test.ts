import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { buildSandbox } from "../../sandbox/build.ts";
import { program as builtProgram, cleanEnv, openSandbox } from "./xtenant.ts";

const run = promisify(execFile);
/** The build, in a folder that has no node_modules above it. */
let folder: string;
let scratch: string;
let program: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "xtenant-package-"));
  folder = await mkdtemp(join(tmpdir(), "xtenant-dist-"));
  program = join(folder, "xtenant.js");
  await cp(dirname(builtProgram), folder, { recursive: true });
});
afterAll(async () => {
  for (const made of [folder, scratch]) await rm(made, { recursive: true, force: true });
});

test("the built program runs without node_modules beside it", async () => {
  const { stdout } = await run(process.execPath, [program, "help", "exit-codes"], { cwd: folder });

  expect(stdout).toMatch(/130 {2}interrupted/);
});

test("the schema library is included without its translations, which every command would load", async () => {
  const chunks = join(folder, "chunks");
  const translated: string[] = [];
  for (const chunk of await readdir(chunks))
    if ((await readFile(join(chunks, chunk), "utf8")).includes("Entrée invalide")) translated.push(chunk);

  expect(translated).toEqual([]);
});

test("the built program works against a sandbox", async () => {
  await using sandbox = await openSandbox();
  const { stdout } = await run(process.execPath, [
    program,
    "--config",
    sandbox.config,
    "onboard",
    "acme",
    "--provision",
  ]);

  expect(stdout).toMatch(/consented acme/);
});

test("a Node that is too old gets one clear line and exit 2", async () => {
  const pretend = "Object.defineProperty(process.versions, 'node', { value: '20.20.2' })";
  const old = run(process.execPath, [
    "--import",
    `data:text/javascript,${encodeURIComponent(pretend)}`,
    program,
    "--version",
  ]);

  await expect(old).rejects.toMatchObject({
    code: 2,
    stdout: "",
    stderr: "xtenant needs Node 22.19 or newer (24.5 or newer in the 24 line); this is 20.20.2\n",
  });
});

const root = join(import.meta.dirname, "../..");

type Packed = { readonly tarball: string; readonly files: readonly string[] };

let packedProgram: Promise<Packed> | undefined;
let packedSandbox: Promise<Packed> | undefined;
const packProgram = () => (packedProgram ??= createPackage());
const packSandbox = () => (packedSandbox ??= createSandboxPackage());

/** Creates the package of `npm publish`, from a folder with this build in it. */
async function createPackage(): Promise<Packed> {
  const source = join(scratch, "source");
  await cp(folder, join(source, "dist"), { recursive: true });
  for (const name of ["package.json", "README.md", "CHANGELOG.md", "LICENSE", "schema", "man", "src", "test"])
    await cp(join(root, name), join(source, name), { recursive: true });
  return pack(source);
}

/** Creates the package of the sandbox, which is published from its built folder. */
async function createSandboxPackage(): Promise<Packed> {
  const built = join(scratch, "sandbox");
  await buildSandbox(built);
  return pack(built);
}

async function pack(source: string): Promise<Packed> {
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", scratch], {
    cwd: source,
  });
  const [{ filename, files }]: [{ filename: string; files: { path: string }[] }] = JSON.parse(stdout);
  return { tarball: join(scratch, filename), files: files.map(({ path }) => path) };
}

test("the npm package of the sandbox contains only the program's files", async () => {
  const { files } = await packSandbox();
  const unexpected = files.filter((path) => !/^(?:chunks\/)?[\w-]+\.js$/.test(path));

  expect(unexpected.sort()).toEqual(["LICENSE", "README.md", "THIRD-PARTY.txt", "package.json"]);
});

test("the npm package contains only the program's files, and installs the sandbox and no script", async () => {
  const { tarball, files } = await packProgram();
  const { tarball: sandboxTarball } = await packSandbox();
  const strange = files.filter(
    (path) =>
      !/^(?:dist\/(?:xtenant\.js|THIRD-PARTY\.txt|help\/\d+\/[\w.-]+\.txt|library\/index\.(?:js|d\.ts)|(?:library\/)?chunks\/[\w.-]+\.js)|schema\/[\w.]+\.json|man\/xtenant\.1)$/.test(
        path,
      ),
  );
  expect(strange.sort()).toEqual(["LICENSE", "README.md", "package.json"]);

  const home = join(scratch, "home");
  await mkdir(home);
  const install = [
    "install",
    "--prefix",
    home,
    "--offline",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    tarball,
    sandboxTarball,
  ];
  await run("npm", install, { cwd: home });
  const installed = join(home, "node_modules");
  const { stdout } = await run(join(installed, ".bin/xtenant"), ["--version"], {
    cwd: home,
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
  });

  const { stdout: byNpx } = await run(
    "npm",
    ["exec", "--offline", "--yes", "--package", tarball, "--package", sandboxTarball, "--", "xtenant", "--version"],
    {
      cwd: home,
    },
  );

  expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
  expect(byNpx).toBe(stdout);
  expect((await readdir(installed)).filter((name) => !name.startsWith("."))).toEqual(["xtenant", "xtenant-sandbox"]);
  await startsSandbox(join(installed, ".bin/xtenant"), ["sandbox", "--dir", join(home, "through-xtenant")]);
  await startsSandbox(join(installed, ".bin/xtenant-sandbox"), ["--dir", join(home, "alone")]);
});

/** The code blocks of the guide, as files of TypeScript. */
async function codeOfGuide(): Promise<readonly string[]> {
  const text = await readFile(join(root, "docs/library.md"), "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
}

test("the code of the guide for the library compiles against the installed package, and runs on the sandbox", async () => {
  const service = join(scratch, "service");
  await mkdir(service);
  const { tarball } = await packProgram();
  await writeFile(join(service, "package.json"), JSON.stringify({ type: "module" }));
  const { tarball: sandboxTarball } = await packSandbox();
  const quiet = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...quiet, tarball, sandboxTarball], { cwd: service });
  const [provider = "", customer = "", credential = ""] = await codeOfGuide();
  const files = { "provider.ts": provider, "customer.ts": customer, "credential.ts": credential };
  for (const [name, code] of Object.entries(files)) await writeFile(join(service, name), code);

  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const options = ["--noEmit", "--strict", "--target", "esnext", "--module", "nodenext", "--types", "node"];
  const types = ["--typeRoots", join(root, "node_modules/@types")];
  await run(process.execPath, [compiler, ...options, ...types, ...Object.keys(files)], { cwd: service });

  await using sandbox = await openSandbox();
  const onSandbox = ["--config", sandbox.config];
  await run(process.execPath, [program, ...onSandbox, "onboard", "acme", "--provision"]);
  await run(process.execPath, [program, ...onSandbox, "grant", "acme", "--wait"]);
  const { cloud } = JSON.parse(await readFile(sandbox.config, "utf8"));
  const env = {
    ...cleanEnv,
    XTENANT_CONFIG: sandbox.config,
    NODE_EXTRA_CA_CERTS: join(sandbox.folder, "ca.pem"),
    AZURE_POD_IDENTITY_AUTHORITY_HOST: cloud.managedIdentityEndpoint,
  };
  const worker = spawn(process.execPath, ["customer.ts"], {
    cwd: service,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void worker.kill("SIGKILL"));
  const answered = createInterface(worker.stdout)[Symbol.asyncIterator]().next();
  const { stdout } = await run(process.execPath, ["provider.ts"], { cwd: service, env });
  await cp(join(root, "examples/service/worker.ts"), join(service, "worker.ts"));
  const example = spawn(process.execPath, ["worker.ts"], { cwd: service, env, stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void example.kill("SIGKILL"));
  await run(process.execPath, [program, ...onSandbox, "send", "acme", "for the example"]);
  const line = await createInterface(example.stdout)[Symbol.asyncIterator]().next();
  const stopped = once(example, "exit");
  example.kill("SIGTERM");
  expect(JSON.parse(String(line.value))).toMatchObject({ customer: "acme" });
  expect(await stopped).toEqual([0, null]);
  const ended = once(worker, "exit");
  worker.kill("SIGTERM");
  const [exitCode] = await ended;

  expect(exitCode).toBe(0);
  expect((await answered).value).toMatch(/^[\da-f-]{36} succeeded$/);
  expect(stdout).toContain('"of":17');
}, 90_000);

/** Starts an installed program, waits until its sandbox is ready, and interrupts it. */
async function startsSandbox(command: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const line = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
  child.kill("SIGINT");
  await closed;
  expect(line.value).toMatch(/^ready on https:\/\/localhost:\d+/);
}

test("the licences of third-party code are included", async () => {
  const notices = await readFile(join(folder, "THIRD-PARTY.txt"), "utf8");
  const sections = notices.split(/\n-{80}\n/);

  for (const name of ["@azure/service-bus", "rhea", "zod", "commander"])
    expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
  expect(sections.filter((section) => !/copyright|Apache License/i.test(section))).toEqual([]);
});

test("the image contains only files that its ignore file allows, and runs as a user without files", async () => {
  const containerfile = await readFile(join(root, "Containerfile"), "utf8");
  const ignored = await readFile(join(root, ".containerignore"), "utf8");
  const copied = [...containerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = ""]) =>
    names.split(" "),
  );

  expect(copied.map((name) => `!${name}`).sort()).toEqual(ignored.trim().split("\n").slice(1).sort());
  expect(containerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  expect(containerfile.split(/^FROM /m).at(-1)).not.toMatch(/^RUN |npm/m);
});
