/** How a picture of a terminal looks: its window, its font and its colours. They are legible on a light and on a dark page. */
export const colours = {
  title: "#8ab4f8",
  bold: "#ffffff",
  dim: "#8b949e",
  red: "#ff7b72",
  green: "#7ee787",
  yellow: "#e3b341",
  cyan: "#76e3ea",
  plain: "#d0d7de",
} as const;

export type Colour = keyof typeof colours;

export const [charWidth, lineHeight, fontSize] = [8.43, 19, 14];
export const [padding, titleBar] = [16, 34];

type Window = {
  /** Above the lines, and for a screen reader. */
  readonly command: string;
  readonly title: string;
  readonly description: string;
  readonly columns: number;
  readonly rows: number;
  /** More rules of CSS. */
  readonly rules?: string;
  /** The lines of text. */
  readonly lines: string;
};

/** A window with lines of text, as a document of its own: no font, no link and no script from elsewhere. */
export function terminalWindow({ command, title, description, columns, rows, rules = "", lines }: Window): string {
  const width = Math.ceil(columns * charWidth + 2 * padding);
  const height = titleBar + rows * lineHeight + padding;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(description)}</desc>
<style>
text { font: ${fontSize}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre }
${Object.entries(colours)
  .map(([style, colour]) => `.${style} { fill: ${colour}${style === "bold" ? "; font-weight: bold" : ""} }`)
  .join("\n")}
${rules}</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#161b22" stroke="#30363d"/>
<circle cx="20" cy="17" r="6" fill="#ff5f57"/><circle cx="40" cy="17" r="6" fill="#febc2e"/><circle cx="60" cy="17" r="6" fill="#28c840"/>
<text x="${width / 2}" y="22" text-anchor="middle" class="dim">${escaped(command)}</text>
${lines}
</svg>
`;
}

/** Where the text of a row stands. */
export const baseline = (row: number) => titleBar + row * lineHeight + fontSize;

export const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
