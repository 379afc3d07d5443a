import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** An official client that `install` puts into the user's cache, or that npm puts into this repository. */
export type OfficialClient = {
  readonly name: string;
  /** Packages with their versions, as the manifest pins them. */
  readonly packages: readonly string[];
  /** Why it does not run here; undefined where it does. */
  readonly missing: string | undefined;
  /** The command line that runs the story, and variables that it needs beside those of the story. */
  readonly command: readonly [file: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
};

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const read = (path: string) => readFileSync(here(path), "utf8");

const cache =
  process.env.XTENANT_CLIENTS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "xtenant-clients");

/** The folder that `install` names after the content of the client's own folder. */
export function homeOf(name: string): string {
  const files = globSync("**/*", { cwd: here(name), withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const digest = createHash("sha256");
  for (const file of files) digest.update(readFileSync(file));
  return join(cache, `${name}-${digest.digest("hex").slice(0, 16)}`);
}

const missing = (home: string) =>
  existsSync(join(home, "installed")) ? undefined : "not installed; run .ci/independent-clients";

/** Versions of these packages in a manifest that names each on a line of its own. */
const pinned = (manifest: string, separator: string, ...packages: readonly string[]) =>
  packages.map((name) => {
    const line = manifest.split("\n").find((text) => text.trim().startsWith(`${name}${separator}`));
    return `${name.split("/").at(-1)} ${line?.trim().slice(name.length + separator.length) ?? "?"}`;
  });

const inPom = (pom: string, ...artifacts: readonly string[]) =>
  artifacts.map((name) => {
    const [, version = "?"] = new RegExp(`<artifactId>${name}</artifactId>\\s*<version>([^<]*)<`).exec(pom) ?? [];
    return `${name} ${version}`;
  });

const inLock = (lock: string, ...names: readonly string[]) => {
  const { packages } = JSON.parse(lock) as { packages: Record<string, { version: string }> };
  return names.map((name) => `${name} ${packages[`node_modules/${name}`]?.version ?? "?"}`);
};

const homes = { python: homeOf("python"), go: homeOf("go"), java: homeOf("java"), azureCli: homeOf("azure-cli") };

/** Each runs the same story, step by step. */
export const clients: readonly OfficialClient[] = [
  {
    name: "python",
    packages: pinned(read("python/requirements.txt"), "==", "azure-servicebus", "azure-identity"),
    missing: missing(homes.python),
    command: [join(homes.python, "bin", "python"), here("python/story.py")],
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  },
  {
    name: "go",
    packages: pinned(
      read("go/go.mod"),
      " ",
      "github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus",
      "github.com/Azure/azure-sdk-for-go/sdk/azidentity",
    ),
    missing: missing(homes.go),
    command: [join(homes.go, "story")],
  },
  {
    name: "java",
    packages: inPom(read("java/pom.xml"), "azure-messaging-servicebus", "azure-identity"),
    missing: missing(homes.java),
    command: [
      "java",
      ...["-Djava.net.useSystemProxies=true", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"],
      ...["-cp", `${join(homes.java, "classes")}:${join(homes.java, "lib", "*")}`, "Story"],
    ],
  },
  {
    name: "javascript",
    packages: inLock(read("../../../package-lock.json"), "@azure/service-bus", "@azure/identity"),
    missing: undefined,
    command: [process.execPath, here("javascript/story.ts")],
    env: { NODE_USE_ENV_PROXY: "1" },
  },
];

/** The current Azure CLI, beside Debian's. */
export const currentAz = {
  name: "the current Azure CLI",
  packages: pinned(read("azure-cli/requirements.txt"), "==", "azure-cli"),
  missing: missing(homes.azureCli),
  file: join(homes.azureCli, "bin", "az"),
  /** The profile in which `install` started it. */
  firstStart: join(homes.azureCli, "first-start"),
};
