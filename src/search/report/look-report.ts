import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createManifest, ioError, type Manifest, writeFileAtomically, writeManifest } from '../../core/index.ts'
import { card, escapeHtml, fact, figureCard, htmlPage, type ReportFigure, svgFile, table } from '../../plot/index.ts'
import type { LookResult } from '../look/look.ts'
import { lookFigures } from './look-figures.ts'
import { type LookSummary, lookSummary } from './look-summary.ts'

/** Where the parts of a report were written. */
export interface LookReportFiles {
  readonly page: string
  readonly data: string
  readonly figures: readonly string[]
}

/** A peak this many times as far above the usual as the next is called outstanding. */
const outstanding = 1.5

/** One or two sentences on what was found and how sure that is. */
export function lookVerdict({ event, network, crossCheck, agree }: LookSummary): string {
  const when = `GPS ${event.gpsTime.toFixed(2)}`
  const { prominence } = network ?? crossCheck
  const judge = network ? "the network's output is highest" : 'the detectors have most in common'
  if (!(prominence >= outstanding))
    return `Nothing stands out: ${judge} at ${when}, but nearly as much so at another moment.`
  if (network === undefined)
    return (
      `The detectors have most in common at ${when}, ${prominence.toFixed(1)} times as far above the usual as at any ` +
      'other moment. No network was used.'
    )
  const stands = `its output there stands ${network.sigmas.toFixed(1)} standard deviations above the rest`
  return agree
    ? `The network and the cross-correlation of the detectors both point at ${when}; ${stands}.`
    : `The network points at ${when} (${stands}), the cross-correlation of the detectors at GPS ` +
        `${crossCheck.gpsTime.toFixed(2)}: they do not agree, so neither is to be trusted.`
}

function facts({ event, network, crossCheck, detectors, lightTravelTime }: LookSummary): string {
  const [first, second] = detectors.map(({ detector }) => detector)
  const [late, early] = event.delay >= 0 ? [first, second] : [second, first]
  const compared = (next: number, sigmas: number) => `next ${next.toFixed(2)}, ${sigmas.toFixed(1)} σ above the rest`
  return `<dl class="facts">${[
    fact('GPS time', event.gpsTime.toFixed(3), event.utc.replace('T', ' ').replace('Z', ' UTC')),
    fact(
      'Delay',
      `${(Math.abs(event.delay) * 1e3).toFixed(1)} ms`,
      `${late} after ${early}; light takes ${(lightTravelTime * 1e3).toFixed(1)} ms`,
    ),
    network ? fact('Network output', network.value.toFixed(2), compared(network.next, network.sigmas)) : '',
    fact('Cross-correlation', crossCheck.value.toFixed(2), compared(crossCheck.next, crossCheck.sigmas)),
  ].join('')}</dl>`
}

function data({ detectors, span, sampleRate }: LookSummary): string {
  const rows = detectors.map(({ detector, channel, file, failedTests }) => [
    detector,
    file === undefined ? channel : basename(file),
    `${span[0]} to ${span[1]}`,
    `${sampleRate} Hz`,
    failedTests === undefined
      ? 'not stated'
      : failedTests.length === 0
        ? 'all passed'
        : `failed ${failedTests.join(', ')}`,
  ])
  return table(['detector', 'file', 'GPS', 'sample rate', 'data-quality tests'], rows)
}

function method({ conditioning, analysed, network }: LookSummary): string {
  const { segmentSeconds, filterSeconds, band } = conditioning
  const steps = [
    `noise spectrum: median of Hann segments of ${segmentSeconds} s, half overlapping`,
    `whitening: a zero-phase filter of ${filterSeconds} s from the inverse of that spectrum`,
    `band-pass: Butterworth, ${band[0]} to ${band[1]} Hz, forwards and backwards; scaled to unit noise`,
    `the ends, which the filters corrupt, are left out: GPS ${analysed[0]} to ${analysed[1]} is searched`,
    ...(network ? [`network: ${network.name}, slid over the whitened strain`] : []),
  ]
  return `<ul>${steps.map(step => `<li>${escapeHtml(step)}</li>`).join('')}</ul>`
}

/** The page of a look, one self-contained HTML document. */
function lookPage(summary: LookSummary, figures: readonly ReportFigure[], { versions }: Manifest): string {
  const names = summary.detectors.map(({ detector }) => detector).join(' and ')
  const [start, end] = summary.span as [number, number]
  const title = `A look at ${names}, GPS ${start} to ${end}`
  return htmlPage({
    title,
    body: [
      `<h1>${escapeHtml(title)}</h1>`,
      `<p class="lead">The most striking moment in ${end - start} seconds of strain.</p>`,
      facts(summary),
      `<p class="verdict">${escapeHtml(lookVerdict(summary))}</p>`,
      ...figures.map(figureCard),
      card('Data', data(summary)),
      card('Method', method(summary)),
      `<footer><p>Made by Quadrupole ${versions.quadrupole}. All numbers: <a href="look.json">look.json</a>; how ` +
        'they came about: <a href="manifest.json">manifest.json</a>.</p>' +
        '<p>Strain from the Gravitational Wave Open Science Center (gwosc.org) is a service of the LIGO Scientific ' +
        'Collaboration, the Virgo Collaboration, and KAGRA, licensed CC BY 4.0.</p></footer>',
    ].join('\n'),
  })
}

function describe(result: LookResult): Promise<Manifest> {
  const { conditioning, network, detectors } = result
  return createManifest({
    command: 'quad look',
    configuration: { ...conditioning, network: network?.network ?? null },
    inputs: detectors.map(({ path }) => path).filter(path => path !== undefined),
  })
}

/**
 * Writes the report of a look into a folder, which is made if need be: `index.html` (self-contained), each figure as
 * SVG, `look.json` and `manifest.json`. A file is there whole or not at all.
 *
 * @throws `io` where the folder can't be written to.
 */
export async function writeLookReport(result: LookResult, folder: string): Promise<LookReportFiles> {
  const summary = lookSummary(result)
  const figures = lookFigures(result)
  const manifest = await describe(result)
  await mkdir(folder, { recursive: true }).catch(cause => {
    throw ioError('search.writeLookReport', 'write', folder, cause)
  })
  const at = (name: string) => join(folder, name)
  for (const { name, svg } of figures) await writeFileAtomically(at(`${name}.svg`), svgFile(svg))
  await writeFileAtomically(at('look.json'), `${JSON.stringify(summary, undefined, 2)}\n`)
  await writeManifest(at('manifest.json'), manifest)
  // Last, so that a page always finds what it links to.
  await writeFileAtomically(at('index.html'), lookPage(summary, figures, manifest))
  return { page: at('index.html'), data: at('look.json'), figures: figures.map(({ name }) => at(`${name}.svg`)) }
}
