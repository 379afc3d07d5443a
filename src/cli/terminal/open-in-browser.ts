/** Opens the platform's own browser. A machine without one is no failure, because the link was shown. */
export async function openInBrowser(url: string): Promise<void> {
  const { default: open } = await import("open");
  const child = await open(url).catch(() => undefined);
  child?.on("error", () => {});
}
