/** A file of strain, and whose data it is said to hold. */
export interface NamedPath {
  readonly path: string
  /** Nothing where the file is to tell it. */
  readonly detector?: string
}

/**
 * Takes `H1=PATH` apart: what stands before the first `=` names the detector if it looks like one (a capital and a digit) or
 * is one of those asked for. Anything else is a path, of which `./` in front makes sure.
 */
export function namedPath(text: string, detectors: readonly string[]): NamedPath {
  const at = text.indexOf('=')
  const detector = text.slice(0, Math.max(0, at))
  const isNamed = at > 0 && at < text.length - 1 && (/^[A-Z]\d$/.test(detector) || detectors.includes(detector))
  return isNamed ? { path: text.slice(at + 1), detector } : { path: text }
}
