/** One way in which a server wants to be convinced. Scheme and parameter names are in lower case. */
export interface Challenge {
  scheme: string
  parameters: Record<string, string>
}

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
const pair = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z:/-]+))/y
const between = /[\s,]*/y

/**
 * The challenges of a WWW-Authenticate header, or of several, in their order. One header may hold many, and a comma
 * also stands inside of quoted values and between the parameters of one. What cannot be read ends the list: nothing
 * behind it is guessed at. The first of two parameters with one name counts.
 */
export function parseChallenges(header: string | string[] | undefined): Challenge[] {
  return [header ?? []].flat().flatMap(parseOne)
}

function parseOne(header: string): Challenge[] {
  const challenges: Challenge[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(header)
    if (match !== null) at = pattern.lastIndex
    return match
  }
  for (;;) {
    take(between)
    if (at >= header.length) return challenges
    const parameter = take(pair)
    const current = challenges.at(-1)
    if (parameter !== null) {
      if (current === undefined) return challenges
      const name = (parameter[1] as string).toLowerCase()
      const value = parameter[2]?.replace(/\\(.)/g, '$1') ?? parameter[3] ?? ''
      if (!Object.hasOwn(current.parameters, name)) current.parameters[name] = value
      continue
    }
    const scheme = take(token)?.[0].toLowerCase()
    if (scheme === undefined) return challenges
    challenges.push({ scheme, parameters: {} })
  }
}
