import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import tls from "node:tls";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { ConfigDocument } from "../../../src/lib/config/config-schema.ts";
import { openSandbox, type Ran } from "../xtenant.ts";

type Customer = { tenantId: string; administrator: { clientId: string }; [name: string]: unknown };
/** The config as the sandbox writes it. */
export type Document = {
  cloud: Record<string, string> & { authorityHost: string; graphEndpoint: string; armEndpoint: string };
  provider: Record<string, unknown> & { tenantId: string; clientId: string; administrator: { clientId: string } };
  customers: Record<"acme" | "fabrikam" | "tailspin", Customer>;
};

const ranLine = z.object({ exitCode: z.number(), stdout: z.string(), stderr: z.string() });
const tokenAnswer = z.object({ access_token: z.string() });

/** A sandbox, the program with its config, and the rights of its administrators. */
export async function openWorld() {
  const sandbox = await openSandbox();
  const { folder } = sandbox;
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), await readFile(join(folder, "ca.pem"), "utf8")]);
  const document: Document = JSON.parse(await readFile(sandbox.config, "utf8"));
  const controlKey = await readFile(join(folder, "secrets/control"), "utf8");
  const { cloud } = document;
  const program = createProgram();

  const control = async (method: string, path: string, body: unknown) => {
    const answer = await fetch(`${cloud.authorityHost}/control/${path}`, json(method, controlKey, body));
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };

  async function token(who: keyof Document["customers"] | "contoso", resource: string) {
    const company = who === "contoso" ? document.provider : document.customers[who];
    const form = {
      grant_type: "client_credentials",
      client_id: company.administrator.clientId,
      client_secret: await readFile(join(folder, `secrets/${who}-administrator`), "utf8"),
      scope: `${resource}/.default`,
    };
    const url = `${cloud.authorityHost}/${company.tenantId}/oauth2/v2.0/token`;
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
    return tokenAnswer.parse(await answer.json()).access_token;
  }

  const request = async (url: string, bearer: string, [method, body]: readonly [string, unknown?]) => {
    const answer = await fetch(url, json(method, bearer, body));
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
    return text === "" ? {} : z.looseObject({}).parse(JSON.parse(text));
  };

  return {
    document,
    folder,
    play: (scenario: unknown) => control("PUT", "scenario", scenario),
    act: (action: unknown) => control("POST", "actions", action),
    graph: async (who: keyof Document["customers"] | "contoso", path: string, ...call: readonly [string, unknown?]) =>
      request(`${cloud.graphEndpoint}/v1.0${path}`, await token(who, cloud.graphEndpoint), call),
    arm: async (who: keyof Document["customers"], id: string, ...call: readonly [string, unknown?]) =>
      request(`${cloud.armEndpoint}${id}`, await token(who, cloud.armEndpoint), call),
    /** Writes a file beside the config and resolves to its path. */
    file: async (name: string, content: string) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
    /** Runs one command line, with the sandbox's config or a variant of it. */
    run: async (args: readonly string[], edit?: (document: Document) => void) => {
      const edited = structuredClone(document);
      edit?.(edited);
      const config = join(folder, "variant.json");
      await writeFile(config, JSON.stringify(edited satisfies Document as unknown as ConfigDocument));
      return program.run(["--config", config, "--json", ...args]);
    },
    [Symbol.asyncDispose]: async () => {
      await program.close();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

const json = (method: string, bearer: string, body: unknown): RequestInit => ({
  method,
  headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

/** The real program, which one process runs for many command lines. */
function createProgram() {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:AZURE_|XTENANT_)/.test(name)));
  const child = spawn(process.execPath, [fileURLToPath(new URL("many-lines.ts", import.meta.url))], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    run: async (args: readonly string[]): Promise<Ran> => {
      child.stdin.write(`${JSON.stringify(args)}\n`);
      return ranLine.parse(JSON.parse(String((await lines.next()).value)));
    },
    close: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}
