const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text made safe to stand in HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, character => entities[character]!)

/** Everything a report looks like: no other file, font or address is needed. */
const style = `
:root {
  color-scheme: light dark;
  --page: #f7f7f9; --card: #ffffff; --text: #1b1d23; --soft: #5d6270; --line: #e2e3ea; --accent: #5b4fd6;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #14151a; --card: #1d1f27; --text: #e8e9ee; --soft: #a0a5b3; --line: #30333f; --accent: #a79fff; }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2.5rem 1.25rem 4rem; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif;
}
main { max-width: 960px; margin: 0 auto; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 0.35rem; letter-spacing: -0.01em; }
h2 { font-size: 1.1rem; margin: 0 0 0.5rem; }
h3 { font-size: 0.95rem; margin: 0.9rem 0 0.3rem; }
ul, ol { margin: 0 0 0.75rem; padding-left: 1.3rem; }
p { margin: 0 0 0.75rem; }
.lead { color: var(--soft); margin-bottom: 1.5rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 0.75rem; margin: 0 0 1.5rem; }
.fact, .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.fact { padding: 0.85rem 1rem; }
.fact dt { color: var(--soft); font-size: 0.8rem; }
.fact dd { margin: 0; }
.fact .value { font-size: 1.3rem; font-weight: 650; font-variant-numeric: tabular-nums; white-space: nowrap; }
.fact .note { color: var(--soft); font-size: 0.85rem; }
.notes, .soft { color: var(--soft); font-size: 0.85rem; }
.notes { margin-top: 0.75rem; }
details { margin: 0 0 0.75rem; }
summary { cursor: pointer; color: var(--soft); }
.verdict { border-left: 4px solid var(--accent); padding: 0.1rem 0 0.1rem 0.9rem; margin-bottom: 1.5rem; }
.card { padding: 1.1rem 1.25rem 0.6rem; margin: 0 0 1.25rem; }
.card svg { display: block; width: 100%; height: auto; }
figure { margin: 0; }
figcaption { color: var(--soft); font-size: 0.9rem; margin: 0.6rem 0 0.4rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.4rem 1.2rem 0.4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
th { color: var(--soft); font-weight: 600; }
code { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: 0.88em; overflow-wrap: anywhere; }
footer { color: var(--soft); font-size: 0.85rem; margin-top: 2rem; }
a { color: var(--accent); }
`

/** A complete HTML document with the report's style; `body` is HTML. */
export function htmlPage({ title, body }: { readonly title: string; readonly body: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}

/** A number with its name and a note, for the row at the top of a report. */
export function fact(name: string, value: string, note: string): string {
  return (
    `<div class="fact"><dt>${escapeHtml(name)}</dt><dd><div class="value">${escapeHtml(value)}</div>` +
    `<div class="note">${escapeHtml(note)}</div></dd></div>`
  )
}

/** A table; cells are text. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: 'th' | 'td', row: readonly string[]) =>
    `<tr>${row.map(cell => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`
  return `<div class="scroll"><table><thead>${cells('th', heads)}</thead><tbody>${rows.map(row => cells('td', row)).join('')}</tbody></table></div>`
}

/** A part of a page with a heading; `content` is HTML. */
export const card = (heading: string, content: string): string =>
  `<section class="card"><h2>${escapeHtml(heading)}</h2>${content}</section>`

/** A figure of a report. */
export interface ReportFigure {
  /** Name of its file, without ending. */
  readonly name: string
  readonly heading: string
  /** One or two sentences under it. */
  readonly caption: string
  readonly svg: string
}

/** A card with a figure, its caption and a link to its file. */
export const figureCard = ({ name, heading, caption, svg }: ReportFigure): string =>
  card(heading, `<figure>${svg}<figcaption>${escapeHtml(caption)} <a href="${name}.svg">SVG</a></figcaption></figure>`)

/** A figure as the content of a file of its own. */
export const svgFile = (svg: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`
