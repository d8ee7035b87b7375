/** The colours by which the field tells detectors apart (those of GWOSC and GWpy). */
const detectorColours: Readonly<Record<string, string>> = {
  H1: '#ee0000',
  L1: '#4ba6ff',
  V1: '#9b59b6',
  K1: '#ffb200',
  G1: '#8c8c8c',
}

/** A detector's colour; grey for one that has none. */
export const detectorColour = (detector: string): string => detectorColours[detector] ?? '#8c8c8c'

/** Colour of what belongs to no detector: readable on white and on near-black. */
export const neutralColour = '#7a6ff0'

/** Colours of curves that are told apart, in the order to use them; readable on white and on near-black. */
export const curveColours = [neutralColour, '#e0782f', '#23a08f', '#cf4a87', '#8c8c8c'] as const

const superscripts: Readonly<Record<string, string>> = Object.fromEntries(
  [...'-0123456789'].map((c, i) => [c, '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'[i]!]),
)

/** A power of ten as text, `10⁻²¹`; nothing for other numbers, which go without a label on a logarithmic axis. */
export function powerOfTen(value: number): string {
  const exponent = Math.log10(value)
  const rounded = Math.round(exponent)
  if (Math.abs(exponent - rounded) > 1e-6) return ''
  return `10${[...String(rounded)].map(c => superscripts[c]).join('')}`
}

/** Over more than this, a logarithmic axis has ticks at powers of ten alone. */
const fewDecades = 100

/**
 * Ticks of a logarithmic axis: over few decades powers of ten, their doubles and fivefolds, over many powers of ten
 * alone; as plain numbers where these are short. Those of Plot where all of them would be fewer than two.
 */
export function logTicks([low, high]: readonly [number, number]) {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)]
  const format = (value: number): string => String(Number(value.toPrecision(3)))
  if (high / low <= fewDecades) {
    const decades = Array.from({ length: last - first + 3 }, (_, i) => 10 ** (first - 1 + i))
    const ticks = decades.flatMap(power => [power, 2 * power, 5 * power]).filter(tick => tick >= low && tick <= high)
    return ticks.length < 2 ? { tickFormat: format } : { ticks, tickFormat: format }
  }
  // Twelve labels fit beside each other.
  const step = Math.max(1, Math.ceil((last - first + 1) / 12))
  const ticks = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => 10 ** (first + i * step))
  return { ticks, tickFormat: first >= -1 && last <= 4 ? format : powerOfTen }
}
