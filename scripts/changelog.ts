/** The section of one version, without its heading. A release without notes is a mistake. */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((one) => /^\[?([^\s\]]+)/.exec(one)?.[1] === version);
  const notes = section?.slice(section.indexOf("\n") + 1).trim();
  if (!notes) throw new Error(`CHANGELOG.md has no notes for version '${version}'`);
  return `${notes}\n`;
}
