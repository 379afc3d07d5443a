import { expect, test } from "vitest";
import { releaseNotes } from "../../scripts/changelog.ts";

const changelog = `# Changelog

## Unreleased

- Not yet.

## 1.2.0 - 2026-02-01

### Added

- A command.

## [1.1.0] - 2026-01-01

- The first.
`;

test("the notes of a release are the section of its version only", () => {
  expect(releaseNotes(changelog, "1.2.0")).toBe("### Added\n\n- A command.\n");
  expect(releaseNotes(changelog, "1.1.0")).toBe("- The first.\n");
});

test.each(["1.2", "2.0.0", ""])("a version without a section (%j) stops the release", (version) => {
  expect(() => releaseNotes(changelog, version)).toThrow(`no notes for version '${version}'`);
});
