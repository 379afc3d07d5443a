import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { readCredentialFile, readSecret } from "../../../../src/lib/azure/credentials/read-secret.ts";
import { openFolder } from "../../../fakes/folder.ts";

const secret = "v3ry~s3cret.v4lue";

describe("a secret", () => {
  test.each([
    ["as it is", secret],
    ["without the line feed of an editor", `${secret}\n`],
    ["without the line end of another editor", `\r\n${secret}\r\n`],
  ])("is read from a file %s", async (_, text) => {
    await using folder = await openFolder();
    const secretFile = join(folder.path, "app.secret");
    await writeFile(secretFile, text);

    expect(await readSecret({ secretFile }, {})).toBe(secret);
  });

  test("is read from the variable that the config names, and from no other", async () => {
    expect(await readSecret({ secretEnv: "CONTOSO_SECRET" }, { CONTOSO_SECRET: secret, OTHER: "x" })).toBe(secret);
  });
});

describe("a secret that is missing", () => {
  test.each([{}, { CONTOSO_SECRET: "" }])("names the variable: %j", async (env) => {
    await expect(readSecret({ secretEnv: "CONTOSO_SECRET" }, { ...env, OTHER: secret })).rejects.toMatchObject({
      kind: "auth",
      code: "SecretMissing",
      message: "the environment variable CONTOSO_SECRET contains no secret",
    });
  });

  test("names the file that is missing", async () => {
    await using folder = await openFolder();
    const secretFile = join(folder.path, "app.secret");

    await expect(readSecret({ secretFile }, {})).rejects.toMatchObject({
      kind: "auth",
      code: "SecretUnreadable",
      message: `cannot read ${secretFile}: there is no such file or folder (ENOENT)`,
    });
  });

  test("names a folder in place of a file", async () => {
    await using folder = await openFolder();
    const file = join(folder.path, "app.secret");
    await mkdir(file);

    await expect(readCredentialFile(file)).rejects.toMatchObject({ code: "SecretUnreadable", message: /EISDIR$/ });
  });

  test.each(["", " \n\t"])("names the file that is empty: %j", async (text) => {
    await using folder = await openFolder();
    const file = join(folder.path, "token");
    await writeFile(file, text);

    await expect(readCredentialFile(file)).rejects.toMatchObject({
      code: "SecretEmpty",
      message: `${file} is empty`,
    });
  });

  test("names no other secret", async () => {
    const failure = await readSecret({ secretEnv: "NONE" }, { OTHER: secret }).catch((error: unknown) => error);

    expect(inspect(failure, { depth: 9 })).toContain("NONE");
    expect(inspect(failure, { depth: 9 })).not.toContain(secret);
  });
});
