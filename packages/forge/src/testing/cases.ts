import { readFileSync } from 'node:fs'

export interface Case {
  id: string
  // biome-ignore lint/suspicious/noExplicitAny: the rows come from the field and have one shape per group
  given: any
  // biome-ignore lint/suspicious/noExplicitAny: as above
  expect: any
  // biome-ignore lint/suspicious/noExplicitAny: as above
  recommend?: any
}

interface Groups {
  groups: { id: string; cases: Case[] }[]
}

const groups = ['components', 'fleet'].flatMap((file) => {
  const text = readFileSync(new URL(`./cases/${file}.json`, import.meta.url), 'utf8')
  return (JSON.parse(text) as Groups).groups
})

/** The rows of one group of the field's examples. Throws when there is none, so that no test runs over nothing. */
export function casesOf(group: string): Case[] {
  const found = groups.find(({ id }) => id === group)
  if (found === undefined || found.cases.length === 0) throw new Error(`there are no cases in group ${group}`)
  return found.cases
}

/** A commit id for a word of the examples, the same one every time. */
export function commitOf(word: string): string {
  return Buffer.from(word).toString('hex').padEnd(40, '0').slice(0, 40)
}
