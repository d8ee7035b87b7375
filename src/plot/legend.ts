import * as Plot from '@observablehq/plot'
import { detectorColour } from './style.ts'

/** Roughly the width of a bold character of the legend's size, pixels: only the gap between entries depends on it. */
const characterWidth = 7.6
const dashWidth = 24

export interface LegendEntry {
  readonly label: string
  readonly colour: string
}

/** Labels, each before a dash of its colour, in a row above the frame at the right. */
export function legend(entries: readonly LegendEntry[]): Plot.Markish {
  const above = {
    frameAnchor: 'top-right',
    dy: -22,
    fontWeight: 600,
    fontSize: 12.5,
    text: (text: string) => text,
  } as const
  let right = 0
  return entries.toReversed().flatMap(({ label, colour }) => {
    const dx = -right
    right += label.length * characterWidth + dashWidth + 26
    return [
      Plot.text(['━━'], { ...above, dx, fill: colour }),
      // In the text's colour: the light blue of L1 is too faint for letters on white.
      Plot.text([label], { ...above, dx: dx - dashWidth - 4, fill: 'currentColor' }),
    ]
  })
}

/** A legend of detectors by their names (or longer labels). */
export const detectorLegend = (
  entries: readonly { readonly detector: string; readonly label?: string }[],
): Plot.Markish =>
  legend(entries.map(({ detector, label = detector }) => ({ label, colour: detectorColour(detector) })))
