import { allows, type Capability, type Place } from '@rollcall/rollout'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Deps } from '../server/context.ts'
import { testDeps } from '../server/testing/deps.ts'
import { allEntries, type Entry } from './all-entries.ts'
import { callEntry, type Fields } from './testing/call-entry.ts'
import { expectedAccess, expectedOf, type More } from './testing/expected-access.ts'
import { type Identity, identities, withOnly, without } from './testing/identities.ts'
import { sampled, sampleFor } from './testing/samples.ts'
import { type StockedPlace, type TwoPlaces, twoPlaces } from './testing/two-places.ts'

const entries = allEntries().filter(({ kind }) => kind !== 'hook')
let all: TwoPlaces
let everybody: Identity[]
beforeAll(async () => {
  all = await twoPlaces()
  const { environmentId: id, environment: slug } = all.here
  everybody = await identities(all.world, { id, slug })
})
afterAll(() => all?.world.drop())

let surroundings: Deps
const deps = () => {
  surroundings ??= testDeps({ store: all.world.store, clock: all.world.clock }).deps
  return surroundings
}
let calls = 0
const unexpected: string[] = []
/** what those who have what an entry needs were answered by it */
const answered = new Map<string, Set<number>>()

/** `hidden`: as a name of nothing is answered. `in`: neither 401 nor 403, and no failure of ours. */
type Expected = 401 | 403 | 'hidden' | 'in'

/** The sample alone, and with each of the fields that need more. */
function variantsOf(entry: Entry, place: StockedPlace): Fields[] {
  const sample = sampleFor(entry, place, all)
  const variants = [
    sample,
    ...moreOf(entry).map(([fields]) => ({ ...sample, ...(fields === 'by token' ? {} : fields) })),
  ]
  return [...new Set(variants.map((fields) => JSON.stringify(fields)))].map((text) => JSON.parse(text) as Fields)
}

function moreOf({ name }: Entry): More[] {
  const [, , , ...more] = expectedOf(name)
  return more
}

/** What an input needs besides the entry's own capability. */
function neededBesides(entry: Entry, fields: Fields, { by }: Identity): Capability[] {
  const isSaid = ([key, value]: [string, unknown]) => JSON.stringify(fields[key]) === JSON.stringify(value)
  return moreOf(entry).flatMap(([more, ...needed]) =>
    (more === 'by token' ? by === 'token' : Object.entries(more).every(isSaid)) ? needed : [],
  )
}

/** What an entry has to answer, by what is written by hand and the core alone. */
function answerFor(entry: Entry, fields: Fields, place: StockedPlace, who: Identity): Expected {
  const [, needed, where] = expectedOf(entry.name)
  if (needed === 'open') return 'in'
  // a page's cookie proves nothing to the API of machines
  if (who.rights === null || (entry.kind === 'rest' && who.by === 'session')) return 401
  if (needed === 'self') return who.by === 'session' ? 'in' : 403
  const at: Place = where === 'anywhere' || where === 'everywhere' ? where : { environmentId: place.environmentId }
  if (typeof at === 'object' && needed !== 'own' && allows(who.rights, needed, 'anywhere')) {
    if (![needed, 'read' as const].some((one) => who.rights && allows(who.rights, one, at))) return 'hidden'
  }
  const capabilities = [...(needed === 'own' ? [] : [needed]), ...neededBesides(entry, fields, who)]
  return capabilities.every((one) => who.rights && allows(who.rights, one, at)) ? 'in' : 403
}

async function hold(entry: Entry, fields: Fields, place: StockedPlace, who: Identity): Promise<void> {
  const expected = answerFor(entry, fields, place, who)
  const { status, text } = await callEntry(entry, fields, who.headers, deps())
  calls += 1
  const { kind } = entry.access ?? {}
  if (expected === 'in' && kind === 'may') answered.set(entry.name, (answered.get(entry.name) ?? new Set()).add(status))
  const asExpected =
    expected === 'in'
      ? status < 500 && (kind === 'open' || (status !== 401 && status !== 403))
      : expected === 'hidden'
        ? text.includes('There is no ') && (status === 404 || (entry.kind === 'rest' && status === 422))
        : status === expected
  if (asExpected) return
  unexpected.push(
    `${entry.name} of ${place.environment} for ${who.name} with ${JSON.stringify(fields)}: ${status} instead of ${expected}: ${text.slice(0, 300)}`,
  )
}

it('every entry has a line that says by hand who may use it, and every line an entry, in the same order', () => {
  const [lines, names] = [expectedAccess.map(([name]) => name), allEntries().map(({ name }) => name)]
  expect(names.filter((name) => !lines.includes(name))).toEqual([])
  expect(lines.filter((name) => !names.includes(name))).toEqual([])
  expect(lines).toEqual(names)
})

describe('every entry answers everybody as is written by hand', () => {
  it.each(entries.map((entry) => [entry.name, entry] as const))('%s', async (_, entry) => {
    const before = unexpected.length
    const [, own] = expectedOf(entry.name)
    const asked = [
      ...(own === 'open' || own === 'self' || own === 'own' ? [] : [own]),
      ...moreOf(entry).flatMap(([, ...needed]) => needed),
    ]
    const special: Identity[] = []
    for (const capability of new Set(asked)) {
      special.push(await withOnly(all.world, capability), await without(all.world, capability))
    }
    for (const place of [all.there, all.here]) {
      for (const fields of variantsOf(entry, place)) {
        for (const who of [...everybody, ...special]) await hold(entry, fields, place, who)
      }
    }
    expect(unexpected.slice(before)).toEqual([])
  })

  it('all of them, by all of those who may ask, and none that is not asked any more', () => {
    console.info(
      `permission matrix: ${entries.length} entries, ${everybody.length} identities and tokens of one capability, ${calls} calls, ${unexpected.length} unexpected answers`,
    )
    expect(unexpected).toEqual([])
    // who may is told of the thing itself: what it is, or which state it is in after others have been let in before
    const isTold = (status: number) => status < 400 || status === 409
    const untold = [...answered].filter(([, statuses]) => ![...statuses].some(isTold))
    expect(untold.map(([name, statuses]) => `${name}: ${[...statuses]}`)).toEqual([])
    const names = new Set(allEntries().map(({ name }) => name))
    expect(sampled.filter((name) => !names.has(name))).toEqual([])
  })

  it('a new entry without a sample is told to have one', () => {
    const strange = { ...(entries.find(({ name }) => name === 'applies.get') as Entry), name: 'applies.stranger' }
    expect(() => sampleFor(strange, all.here, all)).toThrow(/applies.stranger .* Add a line .*samples.ts/)
  })
})
