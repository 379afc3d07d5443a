import { expect, test } from "vitest";
import { foreignAnswer } from "../../../../src/lib/azure/http/foreign-answer.ts";

const url = "https://graph.microsoft.com/v1.0/applications";
const answer = (body: string, status = 200, contentType: string | undefined = "text/html; charset=utf-8") => ({
  ...{ url, status, contentType, body },
});

test.each([
  ["", "JSON"],
  ["{}", "JSON"],
  ['\ufeff{"a":1}', "JSON"],
  ["<feed/>", "XML"],
  ['<?xml version="1.0"?><entry/>', "XML"],
  ["\ufeff<Error><Code>401</Code></Error>", "XML"],
] as const)("the service's own answer is accepted: %j as %s", (body, format) => {
  expect(foreignAnswer(answer(body, 503), format)).toBeUndefined();
});

test.each([
  ["<!DOCTYPE html><title>Portal</title>", "JSON"],
  ["<!doctype HTML><title>Portal</title>", "XML"],
  ["  <HTML><head><TITLE lang=en>\n Portal\t</TITLE>", "XML"],
] as const)("a page is not: %j instead of %s", (body, format) => {
  expect(foreignAnswer(answer(body, 403), format)).toMatchObject({
    code: "ForeignAnswer",
    kind: "unavailable",
    retryable: true,
    message: `graph.microsoft.com answered HTTP 403 with text/html instead of ${format}: 'Portal' (ForeignAnswer)`,
  });
});

test("text without a title is quoted, and shortened", () => {
  expect(foreignAnswer(answer(`upstream ${"x".repeat(300)}`, 502, "text/plain"), "JSON")).toMatchObject({
    message: "graph.microsoft.com answered HTTP 502 with text/plain instead of JSON (ForeignAnswer)",
    detail: expect.stringMatching(/^upstream x{111}…$/),
  });
  expect(foreignAnswer(answer("{broken", 200, ""), "JSON")).toMatchObject({
    message: expect.stringContaining("with an unnamed type instead of JSON"),
  });
});

test("a proxy that requires a sign-in is named, whatever it sends", () => {
  for (const body of ["", "{}", "<html></html>"])
    expect(foreignAnswer(answer(body, 407), "JSON")).toMatchObject({ code: "ProxyAuthenticationRequired" });
});

test("a page of many megabytes is recognized", () => {
  const body = `<html>${"<".repeat(3_000_000)}`;

  expect(foreignAnswer(answer(body), "JSON")).toMatchObject({ code: "ForeignAnswer" });
});
