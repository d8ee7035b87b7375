/**
 * The line of TOML text at which a key is set, or else the nearest table around it; nothing if there is neither. The text
 * is looked through line by line, so that a line of a multi-line string that looks like a key can be mistaken for one.
 */
export function lineOfKey(text: string, path: readonly string[]): number | undefined {
  const entries = keyLines(text)
  for (let length = path.length; length > 0; length--) {
    const wanted = path.slice(0, length).join('\0')
    const found = entries.find(({ keys }) => keys.join('\0') === wanted)
    if (found !== undefined) return found.line
  }
  return undefined
}

interface KeyLine {
  readonly line: number
  readonly keys: readonly string[]
}

function keyLines(text: string): KeyLine[] {
  const entries: KeyLine[] = []
  const counts = new Map<string, number>()
  let table: readonly string[] = []
  for (const [i, content] of text.split('\n').entries()) {
    const [, brackets, header] = /^\s*(\[\[?)([^[\]]+)\]/.exec(content) ?? []
    const [, key] = /^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=/.exec(content) ?? []
    if (header !== undefined) {
      table = splitKey(header)
      if (brackets === '[[') {
        const index = counts.get(header) ?? 0
        counts.set(header, index + 1)
        table = [...table, String(index)]
      }
      entries.push({ line: i + 1, keys: table })
    } else if (key !== undefined) entries.push({ line: i + 1, keys: [...table, ...splitKey(key)] })
  }
  return entries
}

const splitKey = (key: string): string[] =>
  [...key.matchAll(/[\w-]+|"[^"]*"|'[^']*'/g)].map(([part]) => part.replace(/^["']|["']$/g, ''))
