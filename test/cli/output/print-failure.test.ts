import { describe, expect, test } from "vitest";
import { failureText, printFailure } from "../../../src/cli/output/print-failure.ts";
import { styleFor } from "../../../src/cli/output/style.ts";
import { asFailure, Failure } from "../../../src/lib/errors/failure.ts";
import { output } from "../../fakes/output.ts";

const plain = styleFor(output(), {}, false);
const noConsent = new Failure("AADSTS700016", "acme has not consented", {
  params: { customer: "acme" },
  detail: "AADSTS700016: Application was not found",
});

describe("a failure for people", () => {
  test("is wrapped at word boundaries in a narrow window; a command to copy stays in one piece", () => {
    const message = "the app has no Send claim there";
    const failure = new Failure("UnauthorizedAccess", message, {
      params: { customer: "acme" },
      detail: "a b c d e f g h i j k l m n",
    });

    expect(failureText(failure, plain, 30)).toBe(
      [
        "error: the app has no Send",
        "  claim there",
        "  (UnauthorizedAccess)",
        "  said  a b c d e f g h i j k",
        "        l m n",
        "  who   customer's administrator",
        "  next  a new role takes up to",
        "        10 minutes; without a",
        "        role:",
        "        xtenant grant acme --wait;",
        "        with one, check the",
        "        queue names of",
        "        customers.acme in the",
        "        config",
        "",
      ].join("\n"),
    );
  });

  test("says what failed, what the service said, who must act, and what to do next", () => {
    expect(failureText(noConsent, plain)).toBe(
      [
        "error: acme has not consented (AADSTS700016)",
        "  said  AADSTS700016: Application was not found",
        "  who   customer's administrator",
        "  next  xtenant onboard acme (after a new consent, wait a few minutes)",
        "",
      ].join("\n"),
    );
  });

  test("keeps a placeholder where a parameter of the remedy is not known", () => {
    expect(failureText(new Failure("CustomerExists", "acme exists"), plain)).toBe(
      "error: acme exists (CustomerExists)\n  next  xtenant customers show <customer>\n",
    );
  });

  test.each(["operator", "nobody"] as const)("does not print %s as the one who must act", (actor) => {
    expect(failureText(new Failure("Interrupted", "no", { actor }), plain)).toBe("stopped: no\n");
  });

  test("escapes control characters in foreign text", () => {
    const text = failureText(
      new Failure("CustomerExists", "refused: \u001b[2J", { detail: "no \u202e", params: { customer: "\u009b1m" } }),
      plain,
    );

    expect(text).toBe(
      "error: refused: \\u{1b}[2J (CustomerExists)\n  said  no \\u{202e}\n  next  xtenant customers show \\u{9b}1m\n",
    );
  });

  test("colours the first word on a terminal", () => {
    const style = styleFor(output({ isTTY: true }), {}, true);

    expect(failureText(new Failure("UsageInvalid", "no"), style)).toContain("\u001b[31merror:\u001b[39m no\n");
  });
});

describe("only a bug", () => {
  test("shows the stack of what was thrown, and asks to be reported", () => {
    const thrown = new TypeError("broken");

    const text = failureText(asFailure(thrown), plain);

    expect(text).toContain(thrown.stack);
    expect(text).toContain("This is a bug in xtenant. Please report it");
  });

  test("without an error object shows where it was converted", () => {
    expect(failureText(asFailure("text"), plain)).toMatch(/^error: text\n.*\n {4}at /s);
  });

  test("has a stack; a failure with a cause has none", () => {
    expect(failureText(new Failure("CredentialMissing", "no", { cause: new Error("inner") }), plain)).not.toContain(
      "inner",
    );
  });
});

describe("a failure under --json", () => {
  test("is one line with every field of its record", () => {
    const stderr = output();

    printFailure(stderr, noConsent, { json: true, style: plain });

    expect(stderr.text()).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(stderr.text())).toEqual({
      error: {
        kind: "auth",
        code: "AADSTS700016",
        message: "acme has not consented",
        detail: "AADSTS700016: Application was not found",
        hint: "xtenant onboard acme (after a new consent, wait a few minutes)",
        actor: "customer's administrator",
        retryable: true,
      },
    });
  });

  test("stays one line when its message has several, and has no stack even as a bug", () => {
    const stderr = output();

    printFailure(stderr, asFailure(new Error("one\ntwo")), { json: true, style: plain });

    expect(stderr.text()).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(stderr.text()).error).toEqual({
      kind: "bug",
      code: "Bug",
      message: "one\ntwo",
      hint: expect.stringContaining("report it"),
      actor: "nobody",
      retryable: false,
    });
  });
});
