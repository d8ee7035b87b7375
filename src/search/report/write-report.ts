import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  canonicalJson,
  createManifest,
  ioError,
  type Manifest,
  type ManifestSource,
  writeFileAtomically,
  writeManifest,
} from '../../core/index.ts'
import { card, escapeHtml, figureCard, htmlPage, svgFile } from '../../plot/index.ts'
import type { NumberedFigure } from './numbered-figure.ts'

/** Where the parts of a report were written. */
export interface ReportFiles {
  readonly page: string
  readonly data: string
  readonly figures: readonly string[]
}

/** What a report is made of. */
export interface ReportContent {
  /** For errors: who writes. */
  readonly where: string
  readonly title: string
  readonly lead: string
  /** Facts at the top, as HTML. */
  readonly facts: string
  /** Sentences. */
  readonly verdict: readonly string[]
  readonly warnings: readonly string[]
  /** Parts of the page in order: HTML, or a figure. */
  readonly sections: readonly (string | NumberedFigure)[]
  /** Name of the file of its data, and what it holds beside the numbers of the figures. */
  readonly dataName: string
  readonly data: Readonly<Record<string, unknown>>
  readonly manifest: ManifestSource
}

function pageOf(content: ReportContent, { versions }: Manifest): string {
  const { title, lead, facts, verdict, warnings, sections, dataName } = content
  const paragraphs = verdict.map(sentence => `<p>${escapeHtml(sentence)}</p>`)
  const warned = `<ul>${warnings.map(warning => `<li>${escapeHtml(warning)}</li>`).join('')}</ul>`
  return htmlPage({
    title,
    body: [
      `<h1>${escapeHtml(title)}</h1>`,
      `<p class="lead">${escapeHtml(lead)}</p>`,
      `<div class="verdict">${paragraphs.join('')}</div>`,
      facts,
      ...(warnings.length > 0 ? [card('To be taken with care', warned)] : []),
      ...sections.map(section => (typeof section === 'string' ? section : figureCard(section))),
      `<footer><p>Made by Quadrupole ${escapeHtml(versions.quadrupole ?? '')}. All numbers: <a href="${dataName}">${dataName}</a>; how they came ` +
        'about: <a href="manifest.json">manifest.json</a>.</p></footer>',
    ].join('\n'),
  })
}

/**
 * Writes a report into a folder, which is made if need be: `index.html` (self-contained), each figure as SVG, the data and
 * `manifest.json`. A file is there whole or not at all, and the same content gives the same bytes.
 *
 * @throws `io` where the folder can't be written to, `argument` for data that JSON can't hold.
 */
export async function writeReport(folder: string, content: ReportContent): Promise<ReportFiles> {
  const figures = content.sections.filter(section => typeof section !== 'string')
  const manifest = await createManifest(content.manifest)
  const numbers = Object.fromEntries(figures.map(figure => [figure.name, figure.numbers]))
  const data = canonicalJson({ ...content.data, figures: numbers }, content.where)
  await mkdir(folder, { recursive: true }).catch(cause => {
    throw ioError(content.where, 'write', folder, cause)
  })
  const at = (name: string) => join(folder, name)
  for (const { name, svg } of figures) await writeFileAtomically(at(`${name}.svg`), svgFile(svg))
  await writeFileAtomically(at(content.dataName), `${JSON.stringify(data, undefined, 1)}\n`)
  await writeManifest(at('manifest.json'), manifest)
  // Last, so that a page always finds what it links to.
  await writeFileAtomically(at('index.html'), pageOf(content, manifest))
  return { page: at('index.html'), data: at(content.dataName), figures: figures.map(({ name }) => at(`${name}.svg`)) }
}
