import { expect, test } from "vitest";
import { openConfigFile } from "../../../src/lib/config/config-file.ts";
import { configDocument } from "../../fakes/config-document.ts";
import { configOnDisk } from "../../fakes/config-on-disk.ts";

test("--transport goes before XTENANT_TRANSPORT, that before the config, and none of them means auto", async () => {
  await using disk = await configOnDisk({ ...configDocument(), transport: "amqp" });
  await using silent = await configOnDisk(configDocument());
  const reported: string[] = [];
  const read = async (search: object, { file } = disk) =>
    (
      await openConfigFile(
        { option: file, env: {}, workingDirectory: "/", ...search },
        { info: (line) => reported.push(line) },
      ).read()
    ).transport;
  const env = { XTENANT_TRANSPORT: "websocket" };

  expect(await read({}, silent)).toBe("auto");
  expect(await read({})).toBe("amqp");
  expect(await read({ env, transport: "auto" })).toBe("auto");
  expect(reported).toEqual([]);
  expect(await read({ env })).toBe("websocket");
  expect(reported).toEqual(["transport comes from XTENANT_TRANSPORT"]);
  await expect(read({ env: { XTENANT_TRANSPORT: "pigeon" } })).rejects.toMatchObject({ code: "ConfigInvalid" });
});
