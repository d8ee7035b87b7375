const prefixes = ['', ' k', ' M', ' G', ' T', ' P'] as const

/** A number to three significant digits with a metric prefix: `7`, `0.25`, `12.3 k`, `4.56 M`. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size < 1000 && Number.isInteger(value)) return String(value)
  let step = 0
  // 999.5 would round to 1000 of its prefix.
  while (step < prefixes.length - 1 && size >= 999.5 * 1000 ** step) step++
  return Number((value / 1000 ** step).toPrecision(3)) + prefixes[step]!
}

const units = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
] as const

/** A duration in seconds by its two largest units: `0.4 s`, `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown time'
  if (seconds < 9.95) return `${Number(Math.max(0, seconds).toFixed(1))} s`
  // Rounded in the smaller unit that is shown, so that 59 min 59.9 s becomes 1 h and not 60 min.
  let first = units.findIndex(unit => Math.round(seconds) >= unit.seconds)
  let second = units[first + 1]
  if (second === undefined) return `${Math.round(seconds)} s`
  const rounded = Math.round(seconds / second.seconds) * second.seconds
  first = units.findIndex(unit => rounded >= unit.seconds)
  second = units[first + 1]!
  const { name, seconds: size } = units[first]!
  const rest = Math.round((rounded % size) / second.seconds)
  return `${Math.floor(rounded / size)} ${name}${rest === 0 ? '' : ` ${rest} ${second.name}`}`
}
