import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openConfigFile } from "../../../src/lib/config/config-file.ts";
import { openContract } from "../../../src/lib/receive/message-contract.ts";
import { configDocument } from "../../fakes/config-document.ts";
import { openFolder } from "../../fakes/folder.ts";

/** As Windows PowerShell 5 writes a file with `Out-File -Encoding utf8`. */
const written = (value: unknown) => `\ufeff${JSON.stringify(value)}`;

test("a config with a byte order mark is read", async () => {
  await using folder = await openFolder();
  const option = join(folder.path, "xtenant.json");
  await writeFile(option, written(configDocument()));

  const config = openConfigFile({ option, env: {}, workingDirectory: folder.path }, { info: () => {} });

  expect(await config.read()).toHaveProperty("provider.tenantId");
});

test("a contract with a byte order mark is read, and a body with one is valid", async () => {
  await using folder = await openFolder();
  const file = join(folder.path, "contract.json");
  await writeFile(file, written({ type: "object", required: ["deploy"] }));

  const contract = await openContract(file);

  expect(contract({ body: Buffer.from(written({ deploy: "v2" })) })).toEqual([]);
  expect(contract({ body: Buffer.from(written({})) })).not.toEqual([]);
});
