import * as Plot from '@observablehq/plot'
import { figureSize } from './render.ts'
import { detectorColour } from './style.ts'

/** Roughly the width of a bold character of the legend's size, pixels: only the gap between entries depends on it. */
const characterWidth = 7.6
const dashWidth = 24

export interface LegendEntry {
  readonly label: string
  readonly colour: string
}

/** Rows of a legend, pixels apart. */
const rowHeight = 18
/** What the y axis's label takes at the left. */
const labelWidth = 130
const rowWidth = figureSize.width - figureSize.marginLeft - figureSize.marginRight - labelWidth

const widthOf = ({ label }: LegendEntry): number => label.length * characterWidth + dashWidth + 26

/** Where each entry's right end is, counted from the right end of its row, and its row, counted upwards. */
function placesOf(entries: readonly LegendEntry[]): readonly { readonly right: number; readonly row: number }[] {
  let [right, row] = [0, 0]
  return entries.map(entry => {
    const width = widthOf(entry)
    if (right > 0 && right + width > rowWidth) [right, row] = [0, row + 1]
    const place = { right, row }
    right += width
    return place
  })
}

/** What a legend needs above the frame beyond a figure's own margin, pixels: nothing if it fits into a row. */
export const legendHeight = (entries: readonly LegendEntry[]): number =>
  (placesOf(entries.toReversed()).at(-1)?.row ?? 0) * rowHeight

/** Labels, each before a dash of its colour, in rows above the frame at the right. */
export function legend(entries: readonly LegendEntry[]): Plot.Markish {
  const above = {
    frameAnchor: 'top-right',
    fontWeight: 600,
    fontSize: 12.5,
    text: (text: string) => text,
  } as const
  const reversed = entries.toReversed()
  const places = placesOf(reversed)
  return reversed.flatMap(({ label, colour }, i) => {
    const dx = -places[i]!.right
    const dy = -22 - rowHeight * places[i]!.row
    return [
      Plot.text(['━━'], { ...above, dx, dy, fill: colour }),
      // In the text's colour: the light blue of L1 is too faint for letters on white.
      Plot.text([label], { ...above, dx: dx - dashWidth - 4, dy, fill: 'currentColor' }),
    ]
  })
}

/** A legend of detectors by their names (or longer labels). */
export const detectorLegend = (
  entries: readonly { readonly detector: string; readonly label?: string }[],
): Plot.Markish =>
  legend(entries.map(({ detector, label = detector }) => ({ label, colour: detectorColour(detector) })))
