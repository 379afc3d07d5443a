import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { json } from "node:stream/consumers";
import type { Target } from "./bare-client.ts";

const root = join(import.meta.dirname, "..");
const program = join(root, "bin/xtenant.ts");

/** The simplest rhea listener, in its own process. */
export async function plainListener(): Promise<Target> {
  const child = spawn(process.execPath, [join(root, "bench/plain-listener.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { port, ca } = await firstLine(child.stdout);
  return {
    name: "plain rhea listener",
    port,
    ca,
    hostname: "localhost",
    stop: () => ended(child, () => child.stdin.end()),
  };
}

export type Sandbox = AsyncDisposable & {
  readonly directory: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
};

/** `xtenant sandbox` in its own process, with acme onboarded and its role assigned. */
export async function startSandbox(): Promise<Sandbox> {
  const directory = mkdtempSync(join(tmpdir(), "xtenant-bench-"));
  const child = spawn(process.execPath, [program, "sandbox", "--dir", directory, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { port } = await firstLine(child.stdout);
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [program, "--config", join(directory, "xtenant.json"), "--quiet", ...args]);
  run("onboard", "acme", "--provision");
  run("grant", "acme", "--role", "data-owner", "--wait");
  const stop = async () => {
    await ended(child, () => child.kill("SIGTERM"));
    rmSync(directory, { recursive: true, force: true });
  };
  return { directory, port, stop, [Symbol.asyncDispose]: stop };
}

/** The sandbox's config with a secret as credential, as in the plain script. */
export function withSecret(directory: string): string {
  const config = JSON.parse(readFileSync(join(directory, "xtenant.json"), "utf8"));
  config.provider.credential = { kind: "secret", secretFile: "secrets/provider" };
  const file = join(directory, "secret.json");
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

/**
 * A sandbox with a number of customers whose queues the app may send to and receive from: `customer-1`, `customer-2`, …
 * `delay` is the distance in milliseconds for each way. `worker` is a customer whose commands are answered.
 */
export async function startCloud(customers: number, delay = 0, worker?: string): Promise<Sandbox> {
  const directory = mkdtempSync(join(tmpdir(), "xtenant-bench-"));
  const args = [join(root, "bench/cloud.ts"), directory, String(customers), String(delay), ...(worker ? [worker] : [])];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const { port } = await firstLine(child.stdout);
  const stop = async () => {
    await ended(child, () => child.stdin.end());
    rmSync(directory, { recursive: true, force: true });
  };
  return { directory, port, stop, [Symbol.asyncDispose]: stop };
}

/** The sandbox for a plain client. */
export async function sandbox(): Promise<Target> {
  const { directory, stop } = await startSandbox();
  return { ...(await targetIn(directory, "acme")), stop };
}

/** A customer's namespace in a running sandbox, for a plain client with a token of the provider's app. */
export async function targetIn(directory: string, name: string): Promise<Target> {
  const read = (file: string) => readFileSync(join(directory, file), "utf8");
  const { cloud, provider, customers } = JSON.parse(read("xtenant.json"));
  const { tenantId, namespace } = customers[name];
  const ca = read("ca.pem");
  const form = new URLSearchParams({ grant_type: "client_credentials", client_id: provider.clientId });
  form.set("client_secret", read("secrets/provider"));
  form.set("scope", "https://servicebus.azure.net/.default");
  const token = await requestToken(`${cloud.authorityHost}/${tenantId}/oauth2/v2.0/token`, ca, form);
  const port = Number(new URL(cloud.authorityHost).port);
  return { name: "xtenant sandbox", port, ca, hostname: namespace, token, stop: async () => {} };
}

export async function requestToken(url: string, ca: string, form: URLSearchParams): Promise<string> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const [response] = await once(request(url, { method: "POST", ca, headers }).end(form.toString()), "response");
  const { access_token } = (await json(response)) as { readonly access_token: string };
  return access_token;
}

async function firstLine(stream: NodeJS.ReadableStream) {
  for await (const line of createInterface(stream)) return JSON.parse(line);
  throw new Error("the process ended without output");
}

async function ended(child: ChildProcess, end: () => void): Promise<void> {
  const exit = once(child, "exit");
  end();
  await exit;
}
