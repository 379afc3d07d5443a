import { createHash } from "node:crypto";

/** What `xtenant demo --json` prints for each command of the demo. */
export type DemoStep = {
  readonly title: string;
  readonly command: string;
  readonly exitCode: number;
  readonly output: string;
};

/** The steps that show one customer's whole path. Each is played once. */
const shown =
  /^xtenant (?:send acme hi|onboard acme(?: --url)?|grant acme --wait|send acme '\{.*|respond acme .*|poll|verify)$/;

const columns = 104;
const rows = 26;
const [charWidth, lineHeight, fontSize] = [8.43, 19, 14];
const [padding, titleBar] = [16, 34];

/** How long a command stands alone, how long each line of its output is shown, and how long the last picture is. */
const seconds = { command: 0.9, line: 0.45, step: 1.6, end: 6 };

type Style = "title" | "bold" | "dim" | "red" | "green" | "yellow" | "plain";
type Span = { readonly text: string; readonly style: Style };
type Line = readonly Span[];

const colours: Readonly<Record<Style, string>> = {
  title: "#8ab4f8",
  bold: "#ffffff",
  dim: "#8b949e",
  red: "#ff7b72",
  green: "#7ee787",
  yellow: "#e3b341",
  plain: "#d0d7de",
};

/** The terminal picture of the demo: an SVG that scrolls through it, and that shows its end where nothing may move. */
export function demoPicture(steps: readonly DemoStep[]): string {
  const stable = stableWords();
  const played = steps.map((step) => ({ ...step, output: stable(step.output) }));
  const first = played.filter(({ command }, at) => shown.test(command) && isFirst(steps, at));
  const pieces = first.map(({ title, command, exitCode, output }) => ({
    before: [[{ text: `# ${title}`, style: "title" as const }], [{ text: `$ ${command}`, style: "bold" as const }]],
    after: [
      ...output.split("\n").flatMap((line) => wrapped(spansOf(line))),
      ...(exitCode === 0 ? [] : [[{ text: `exit code ${exitCode}`, style: "dim" as const }]]),
      [],
    ],
  }));
  return svgOf(pieces);
}

const isFirst = (steps: readonly DemoStep[], at: number) =>
  steps.findIndex(({ command }) => command === steps[at]?.command) === at;

/** Ids are shortened and times are fixed, so that a new recording differs only where the output does. */
function stableWords(): (text: string) => string {
  const ids = new Map<string, string>();
  /** The id of a command, of the same length in each run. */
  const shortIds = new Map<string, string>();
  const shortIdOf = (id: string): string => {
    const steady = shortIds.get(id) ?? `c0mm-andn-000${shortIds.size + 1}`;
    shortIds.set(id, steady);
    return steady;
  };
  const idOf = (guid: string) => {
    const id = ids.get(guid) ?? createHash("sha256").update(`${ids.size}`).digest("hex").slice(0, 8);
    ids.set(guid, id);
    return `${id}…`;
  };
  return (text) =>
    text
      .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, idOf)
      .replace(/(?:(?<=\[\d+m)|\b)[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}\b/g, shortIdOf)
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z?)/g, "2026-01-31T09:00:00$1")
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, "2026-01-31 09:00:00Z")
      .replace(/(?<=localhost(?::|%3A))\d+/g, "8443")
      .replace(/(?<=state=)[\w.-]+/g, "…");
}

const styles: Readonly<Record<string, Style>> = { "1": "bold", "2": "dim", "31": "red", "32": "green", "33": "yellow" };

/** Cuts a line at its colour codes. */
function spansOf(line: string): Line {
  const spans: Span[] = [];
  let style: Style = "plain";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with this character
  for (const [, code, text] of line.matchAll(/\x1b\[(\d+)m|([^\x1b]+)/g)) {
    if (text !== undefined) spans.push({ text, style });
    else style = styles[code ?? ""] ?? "plain";
  }
  return spans;
}

/** At most two rows for one line: the second is indented, and ends with `…` where something is left out. */
function wrapped(line: Line): readonly Line[] {
  const length = line.reduce((sum, { text }) => sum + text.length, 0);
  if (length <= columns) return [line];
  const text = line.map((span) => span.text).join("");
  const at = text.lastIndexOf(" ", columns);
  // A term and its description stand two spaces apart.
  const indent = /^(?:.{0,24}\S\s{2,}(?=\S)|\s*)/.exec(text)?.[0].length ?? 0;
  const end = at > columns / 2 ? at : columns;
  const rest = text.slice(end).trimStart();
  const room = columns - indent;
  const second = rest.length <= room ? rest : `${rest.slice(0, room - 1)}…`;
  return [cut(line, end), [{ text: " ".repeat(indent) + second, style: line.at(-1)?.style ?? "plain" }]];
}

function cut(line: Line, end: number): Line {
  let left = end;
  return line.flatMap(({ text, style }) => {
    const kept = text.slice(0, Math.max(left, 0));
    left -= text.length;
    return kept === "" ? [] : [{ text: kept, style }];
  });
}

type Piece = { readonly before: readonly Line[]; readonly after: readonly Line[] };

function svgOf(pieces: readonly Piece[]): string {
  const lines = pieces.flatMap(({ before, after }) => [...before, ...after]);
  const [width, height] = [Math.ceil(columns * charWidth + 2 * padding), titleBar + rows * lineHeight + padding];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>xtenant demo: from a customer without consent to its first status</title>
<style>
text { font: ${fontSize}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre }
${Object.entries(colours)
  .map(([style, colour]) => `.${style} { fill: ${colour}${style === "bold" ? "; font-weight: bold" : ""} }`)
  .join("\n")}
#screen { transform: translateY(${lineHeight * (rows - lines.length)}px) }
@media (prefers-reduced-motion: no-preference) { #screen { ${animationOf(pieces)} }
</style>
<rect width="${width}" height="${height}" rx="8" fill="#161b22"/>
<circle cx="20" cy="17" r="6" fill="#ff5f57"/><circle cx="40" cy="17" r="6" fill="#febc2e"/><circle cx="60" cy="17" r="6" fill="#28c840"/>
<text x="${width / 2}" y="22" text-anchor="middle" class="dim">xtenant demo</text>
<clipPath id="window"><rect y="${titleBar}" width="${width}" height="${rows * lineHeight}"/></clipPath>
<g clip-path="url(#window)"><g id="screen">
${lines.map(textOf).filter(Boolean).join("\n")}
</g></g>
</svg>
`;
}

const textOf = (line: Line, row: number) => {
  const y = titleBar + row * lineHeight + fontSize;
  const spans = line.map(({ text, style }) => `<tspan class="${style}">${escaped(text)}</tspan>`).join("");
  return spans === "" ? "" : `<text x="${padding}" y="${y}" xml:space="preserve">${spans}</text>`;
};

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The screen always shows the newest lines at its bottom, as a terminal does. */
function animationOf(pieces: readonly Piece[]): string {
  const frames: { readonly at: number; readonly lines: number }[] = [];
  let [at, lines] = [0, 0];
  for (const { before, after } of pieces) {
    lines += before.length;
    frames.push({ at, lines });
    at += seconds.command;
    lines += after.length;
    frames.push({ at, lines });
    at += seconds.step + after.length * seconds.line;
  }
  at += seconds.end;
  const keyframes = frames.map(
    (frame) =>
      `${((100 * frame.at) / at).toFixed(2)}% { transform: translateY(${lineHeight * (rows - frame.lines)}px) }`,
  );
  return `animation: play ${at.toFixed(1)}s step-end infinite } }
@keyframes play { ${keyframes.join(" ")} 100% { transform: translateY(${lineHeight * (rows - lines)}px) }`;
}
