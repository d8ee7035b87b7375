import * as Plot from '@observablehq/plot'
import { detectorColour } from './style.ts'

/** Roughly the width of a bold character of the legend's size, pixels. */
const characterWidth = 7.6

/** Names (or longer labels) of detectors in their colours, in a row above the frame at the right. */
export function detectorLegend(
  entries: readonly { readonly detector: string; readonly label?: string }[],
): Plot.Markish {
  const above = {
    frameAnchor: 'top-right',
    dy: -22,
    fontWeight: 600,
    fontSize: 12.5,
    text: (text: string) => text,
  } as const
  let right = 0
  return entries.toReversed().flatMap(({ detector, label = detector }) => {
    const dx = -right
    const width = label.length * characterWidth
    right += width + 34
    return [
      // The name in the text's colour: the light blue of L1 is too faint for letters on white.
      Plot.text([label], { ...above, dx, fill: 'currentColor' }),
      Plot.text(['━━'], { ...above, dx: dx - width - 2, fill: detectorColour(detector) }),
    ]
  })
}
