import { allows, type Capability, type Place } from '@rollcall/rollout'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Access } from '../server/access.ts'
import type { Deps } from '../server/context.ts'
import { testDeps } from '../server/testing/deps.ts'
import { allEntries, type Entry } from './all-entries.ts'
import { callEntry, type Fields } from './testing/call-entry.ts'
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

/** `in`: neither 401 nor 403, and no failure of ours. */
type Expected = 401 | 403 | 'in'

/** What an entry has to answer by its declaration and the core alone. */
async function expectedOf(entry: Entry, fields: Fields, place: StockedPlace, who: Identity): Promise<Expected> {
  const access = entry.access as Access
  if (access.kind === 'open') return 'in'
  // a page's cookie proves nothing to the API of machines
  if (who.rights === null || (entry.kind === 'rest' && who.by === 'session')) return 401
  if (access.kind === 'self') return who.by === 'session' ? 'in' : 403
  const scope = access.kind === 'own' ? 'everywhere' : access.scope
  const where: Place = typeof scope === 'string' ? scope : { environmentId: place.environmentId }
  const needed: Capability[] = access.kind === 'may' ? [access.capability] : []
  for (const { capability, asked } of access.overrides) {
    if (await asked(fields, all.world.ctx)) needed.push(capability)
  }
  return needed.every((one) => who.rights && allows(who.rights, one, where)) ? 'in' : 403
}

async function hold(entry: Entry, fields: Fields, place: StockedPlace, who: Identity): Promise<void> {
  const expected = await expectedOf(entry, fields, place, who)
  const { status, text } = await callEntry(entry, fields, who.headers, deps())
  calls += 1
  const isOpen = entry.access?.kind === 'open'
  const asExpected =
    expected === 'in' ? status < 500 && (isOpen || (status !== 401 && status !== 403)) : status === expected
  if (asExpected) return
  unexpected.push(
    `${entry.name} of ${place.environment} for ${who.name} with ${JSON.stringify(fields)}: ${status} instead of ${expected}: ${text.slice(0, 300)}`,
  )
}

const overridesOf = ({ access }: Entry) => (access?.kind === 'may' || access?.kind === 'own' ? access.overrides : [])

/** The sample alone, and with each override that a field asks for. */
function variantsOf(entry: Entry, place: StockedPlace): Fields[] {
  const sample = sampleFor(entry, place, all)
  const overrides = overridesOf(entry)
  const examples = overrides.map(({ example }) => JSON.stringify({ ...sample, ...example }))
  return [...new Set([JSON.stringify(sample), ...examples])].map((text) => JSON.parse(text) as Fields)
}

describe('every entry answers everybody as it declares', () => {
  it.each(entries.map((entry) => [entry.name, entry] as const))('%s', async (_, entry) => {
    const before = unexpected.length
    const { access } = entry
    const asked: Capability[] = [
      ...(access?.kind === 'may' ? [access.capability] : []),
      ...overridesOf(entry).map(({ capability }) => capability),
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
    const names = new Set(allEntries().map(({ name }) => name))
    expect(sampled.filter((name) => !names.has(name))).toEqual([])
  })

  it('a new entry without a sample is told to have one', () => {
    const strange = { ...(entries.find(({ name }) => name === 'applies.get') as Entry), name: 'applies.stranger' }
    expect(() => sampleFor(strange, all.here, all)).toThrow(/applies.stranger .* Add a line .*samples.ts/)
  })
})
