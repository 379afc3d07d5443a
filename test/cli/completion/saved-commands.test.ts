import { expect, test } from "vitest";
import { savedCommandFields, savedCommandNames } from "../../../src/cli/completion/customer-names.ts";
import { configOnDisk } from "../../fakes/config-on-disk.ts";

test("saved commands and their fields are completed from the config, with the values of an enum", async () => {
  const properties = { service: { enum: ["web", "api", "a\nb"] }, delay: { type: "integer" } };
  await using disk = await configOnDisk({ commands: { restart: { body: 1, fields: { properties } }, stop: 3 } });
  const search = { option: disk.file, env: {}, workingDirectory: disk.path };

  expect(await savedCommandNames(search)).toEqual(["restart", "stop"]);
  expect(await savedCommandFields(search, "restart")).toEqual(["service=web", "service=api", "delay="]);
  expect(await savedCommandFields(search, "stop")).toEqual([]);
  expect(await savedCommandFields(search)).toEqual([]);
});
