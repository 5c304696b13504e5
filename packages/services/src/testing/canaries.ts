/** A form in which a piece of a secret may be found, and the secret's name. */
export interface Needle {
  name: string
  text: string
}

/** Shorter pieces would be found by chance. */
const shortest = 12

/**
 * All forms in which the halves of some secrets may leave: as they are, base64 and base64url at each of the three places
 * where they may begin, hex, percent-encoded, and as JSON and HTML write them. `shown`: how much of the beginning is meant
 * to be seen. A secret that is too short to be told from chance is refused.
 */
export function needlesFor(secrets: Readonly<Record<string, string | { secret: string; shown: number }>>): Needle[] {
  return Object.entries(secrets).flatMap(([name, given]) => {
    const { secret, shown } = typeof given === 'string' ? { secret: given, shown: 0 } : given
    const hidden = secret.slice(shown)
    if (hidden.length < shortest) throw new Error(`the canary ${name} is too short`)
    const half = Math.max(shortest, Math.ceil(hidden.length / 2))
    const pieces = [hidden.slice(0, half), hidden.slice(-half)]
    return [...new Set(pieces.flatMap(formsOf))].map((text) => ({ name, text }))
  })
}

function formsOf(piece: string): string[] {
  const bytes = Buffer.from(piece)
  const aligned = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    // the first and last characters also hold bits of what stands beside it
    return text.slice(before === 0 ? 0 : before + 1, text.length - ([0, 4, 3][(bytes.length + before) % 3] ?? 0))
  })
  return [
    piece,
    ...aligned,
    ...aligned.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    encodeURIComponent(piece),
    JSON.stringify(piece).slice(1, -1),
    piece.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  ]
}

/** Says of a text the names of the secrets of which something stands in it, each once. */
export type LeakFinder = (text: string) => string[]

/** One walk over a text for all needles at once: they are looked up by their first four characters. */
export function leakFinder(needles: readonly Needle[]): LeakFinder {
  const byStart = new Map<number, Needle[]>()
  // most places of a text are told apart by this alone
  const mayStart = new Uint8Array(2 ** 16)
  const startOf = (text: string, at: number) =>
    (text.charCodeAt(at) * 0x1000193) ^
    (text.charCodeAt(at + 1) * 0x10003f) ^
    (text.charCodeAt(at + 2) * 0x407) ^
    text.charCodeAt(at + 3)
  for (const needle of needles) {
    const start = startOf(needle.text, 0)
    byStart.set(start, [...(byStart.get(start) ?? []), needle])
    mayStart[start & 0xffff] = 1
  }
  return (text) => {
    const found = new Set<string>()
    for (let at = 0; at < text.length - 3; at += 1) {
      const start = startOf(text, at)
      if (mayStart[start & 0xffff] === 0) continue
      for (const { name, text: needle } of byStart.get(start) ?? []) if (text.startsWith(needle, at)) found.add(name)
    }
    return [...found]
  }
}
