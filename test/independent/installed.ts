import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { az } from "./az-start.ts";

/** Debian's own interpreter. Another `python3` on the PATH would not find Debian's packages. */
export const python = "/usr/bin/python3";

/** A name for the tests of a client, with the reason why they are skipped where it is not installed. */
export type Client = { readonly name: string; readonly missing: boolean };

const works = (file: string, args: readonly string[]) =>
  process.platform === "linux" && spawnSync(file, args, { stdio: "ignore", timeout: 20_000 }).status === 0;

const client = (name: string, isThere: boolean, packages: string): Client => ({
  name: isThere ? name : `${name} (SKIPPED: not installed; on Debian: apt-get install ${packages})`,
  missing: !isThere,
});

// Not `az --version`, which would leave a profile in the home folder of the user.
const hasAz = existsSync(az) && works(python, ["-c", "import azure.cli.core"]);

export const azureCli = client("the Azure CLI", hasAz, "azure-cli");

export const pythonSdk = client(
  "the Azure SDK for Python",
  works(python, [
    "-c",
    "import uamqp, azure.identity, azure.servicebus, azure.mgmt.servicebus, azure.mgmt.authorization",
  ]),
  "python3-azure python3-uamqp",
);
