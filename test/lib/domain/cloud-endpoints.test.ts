import { describe, expect, test } from "vitest";
import { azureClouds } from "../../../src/lib/domain/cloud-endpoints.ts";

const clouds = Object.entries(azureClouds);

describe.each(clouds)("the cloud %s", (key, cloud) => {
  test("is named by its key, and is not a sandbox", () => {
    expect(cloud.name).toBe(key);
    expect(cloud).not.toHaveProperty("sandbox");
  });

  test.each(["authorityHost", "graphEndpoint", "armEndpoint"] as const)("has an https origin as %s", (endpoint) => {
    const url = new URL(cloud[endpoint]);

    expect(url.protocol).toBe("https:");
    expect(url.origin).toBe(cloud[endpoint]);
  });

  test("has a bare domain as the namespaces' suffix", () => {
    expect(cloud.serviceBusSuffix).toMatch(/^servicebus(\.[a-z]+)+$/);
  });
});

test("no two clouds share an endpoint, a suffix or an audience", () => {
  const values = clouds.flatMap(([, cloud]) => Object.values(cloud));

  expect(new Set(values).size).toBe(values.length);
});
