import { flushRefusals, watchWorld } from '@rollcall/services'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Deps } from '../server/context.ts'
import { testDeps } from '../server/testing/deps.ts'
import { allEntries, type Entry } from './all-entries.ts'
import { callEntry, type Fields } from './testing/call-entry.ts'
import { type Identity, type Person, person, withOnly } from './testing/identities.ts'
import { sampleFor } from './testing/samples.ts'
import { type TwoPlaces, twoPlaces } from './testing/two-places.ts'

/**
 * Where a name of an environment may stand although it is hidden from whoever asks, and why. Nothing else in an answer
 * may tell of it.
 */
const exceptions: Record<string, string> = {}

let all: TwoPlaces
let everything: Identity
let onlyHere: Person
let names: string[]
beforeAll(async () => {
  all = await twoPlaces()
  everything = await withOnly(all.world, 'read')
  const { environmentId: id, environment: slug } = all.here
  onlyHere = await person(all.world, 'Stella', { role: 'releaser', environment: { id, slug } })
  const { environment, environmentId, tenants, strangeSha } = all.there
  const db = all.world.store.db
  const ids = await Promise.all([
    db.apply.findMany({ where: { environmentId }, select: { id: true } }),
    db.operation.findMany({ where: { apply: { environmentId } }, select: { id: true } }),
    db.externalUpdate.findMany({ where: { environmentId }, select: { id: true } }),
    db.fleet.findMany({ where: { environmentId }, select: { id: true } }),
    db.target.findMany({ where: { environmentId }, select: { id: true } }),
  ])
  names = [environment, environmentId, strangeSha, ...tenants, ...ids.flat().map(({ id }) => id)]
})
afterAll(() => all?.world.drop())

let surroundings: Deps
const deps = () => {
  surroundings ??= testDeps({ store: all.world.store, clock: all.world.clock }).deps
  return surroundings
}
const reads = allEntries().filter(({ access, changes }) => access !== undefined && access.kind !== 'open' && !changes)

/** The sample, and with each filter or id that could ask for what is hidden. */
function inputsOf(entry: Entry): Fields[] {
  const here = sampleFor(entry, all.here, all)
  const there = sampleFor(entry, all.there, all)
  const filtered = { ...there, environment: all.there.environment }
  const fits = entry.input?.safeParse(filtered).success ? [filtered] : []
  return [...new Set([here, there, ...fits].map((fields) => JSON.stringify(fields)))].map((text) => JSON.parse(text))
}

describe('who reads one environment is told nothing of another', () => {
  it('and there is much to tell', () => {
    expect(names.length).toBeGreaterThan(20)
    expect(reads.length).toBeGreaterThan(45)
  })

  it.each(reads.map((entry) => [entry.name, entry] as const))('by %s', async (name, entry) => {
    for (const [i, fields] of inputsOf(entry).entries()) {
      const { status, text } = await callEntry(entry, fields, headersFor(entry), deps())
      expect(status, text.slice(0, 500)).toBeLessThan(500)
      const isFine =
        entry.access?.kind === 'may' &&
        entry.access.scope !== 'everywhere' &&
        entry.access.overrides.length === 0 &&
        i === 0
      if (isFine) expect(status, text.slice(0, 500)).toBe(200)
      const sent = JSON.stringify(fields)
      // whoever asks for a name may be told that they asked for it
      const told = names.filter((one) => text.includes(one) && !(status >= 400 && sent.includes(one)))
      if (Object.hasOwn(exceptions, name)) expect(told, `${name} is no exception any more`).not.toEqual([])
      else expect(told, `${name} with ${sent}: ${text.slice(0, 2_000)}`).toEqual([])
    }
  })

  it('while who reads all of them is told by most of the same entries', async () => {
    const telling = new Set<string>()
    for (const entry of reads) {
      for (const fields of inputsOf(entry)) {
        const { text } = await callEntry(entry, fields, everything.headers, deps())
        if (names.some((one) => text.includes(one))) telling.add(entry.name)
      }
    }
    expect([...telling].toSorted()).toEqual(expect.arrayContaining(tellAll))
  })
})

/** Which answers would tell of a hidden environment, if nothing were left out. */
const tellAll = [
  'applies.list',
  'components.matrix',
  'environments.list',
  'GET /api/v1/applies',
  'GET /api/v1/components/matrix',
  'GET /api/v1/environments',
  'GET /api/v1/external-slots',
  'GET /api/v1/external-updates',
  'GET /api/v1/image-sets',
  'GET /api/v1/promotions/:id',
  'GET /api/v1/webhooks',
  'GET /api/v1/webhooks/deliveries',
  'GET /api/v1/webhooks/deliveries/:id',
  'overview.get',
  'promotions.get',
  'promotions.sets',
  'updates.list',
  'updates.slots',
  'webhooks.deliveries',
  'webhooks.delivery',
  'webhooks.endpoints',
]

/** A page's cookie proves nothing to the API of machines: there, the same person comes with a token. */
function headersFor({ kind }: Entry): Record<string, string> {
  return kind === 'rest' ? onlyHere.byToken.headers : onlyHere.bySession.headers
}

describe('counts are of what is shown', () => {
  it('of updates and their backlog', async () => {
    const entry = reads.find(({ name }) => name === 'updates.counts') as Entry
    const counted = async (headers: Record<string, string>) =>
      JSON.parse((await callEntry(entry, {}, headers, deps())).text).result.data as { counted: number; backlog: number }
    const [some, most] = [await counted(onlyHere.bySession.headers), await counted(everything.headers)]
    expect(some.counted).toBe(4)
    expect(most.counted).toBeGreaterThan(some.counted)
    expect(most.backlog).toBeGreaterThan(some.backlog)
  })
})

describe('the stream of what changes anywhere', () => {
  it('tells of hidden environments nothing, of a place that is seen and of no place everything', async () => {
    const { world, here, there } = all
    const stop = new AbortController()
    const told: string[][] = []
    const stella = { ...world.ctx, sees: new Set([here.environmentId]) }
    const done = (async () => {
      for await (const { kinds } of watchWorld(stella, { afterId: '1' }, stop.signal)) told.push(kinds)
    })()
    await vi.waitFor(() => expect(told).toEqual([[]]), 5_000)
    const note = (data: { kind: string; applyId?: string; environmentId?: string }) =>
      world.store.db.change.create({ data })
    await note({ kind: 'hidden.environment', environmentId: there.environmentId })
    // a driver's note names its apply alone
    await note({ kind: 'hidden.apply', applyId: there.waiting })
    await note({ kind: 'seen.environment', environmentId: here.environmentId })
    await note({ kind: 'seen.apply', applyId: here.waiting })
    await note({ kind: 'seen.by.everybody' })
    world.store.hints.publish('world')
    await vi.waitFor(() => expect(told.flat()).toContain('seen.by.everybody'), 5_000)
    stop.abort()
    await done
    expect(told.flat().toSorted()).toEqual(['seen.apply', 'seen.by.everybody', 'seen.environment'])
  })
})

describe('a refusal', () => {
  it('names no environment that whoever is refused does not see', async () => {
    const entry = allEntries().find(({ name }) => name === 'updates.receive') as Entry
    const report = sampleFor(entry, all.here, all)
    const { status, text } = await callEntry(
      entry,
      { ...report, environment: 'stagin' },
      onlyHere.bySession.headers,
      deps(),
    )
    expect(status).toBeGreaterThanOrEqual(400)
    expect(text).not.toContain(all.there.environment)
  })

  const places = allEntries().filter(({ access }) => access?.kind === 'may' && typeof access.scope === 'object')
  const unknown = { environment: 'nowhere', apply: 'apl_none', operation: 'opr_none', update: 'upd_none' } as const

  it.each(places.map((entry) => [entry.name, entry] as const))(
    'of what is hidden is that of what is not there, by %s',
    async (_name, entry) => {
      const scope = entry.access?.kind === 'may' && typeof entry.access.scope === 'object' && entry.access.scope
      if (!scope) throw new Error('this is about a place')
      const hidden = sampleFor(entry, all.there, all)
      const told = async (name: unknown) => {
        const headers = { ...headersFor(entry), 'x-request-id': 'the-same' }
        const { status, text } = await callEntry(entry, { ...hidden, [scope.field]: name }, headers, deps())
        return {
          status,
          text: text.replaceAll(String(name), 'NAME').replaceAll(encodeURIComponent(String(name)), 'NAME'),
        }
      }
      const there = await told(hidden[scope.field])
      expect(there.status).toBeGreaterThanOrEqual(400)
      expect(await told(unknown[scope.of])).toEqual(there)
    },
  )

  it('is kept in the audit as what it is', async () => {
    const entry = allEntries().find(({ name }) => name === 'applies.stop') as Entry
    const { waiting: subjectId, environmentId } = all.there
    expect((await callEntry(entry, { id: subjectId }, onlyHere.bySession.headers, deps())).status).toBe(404)
    await flushRefusals(all.world.store)
    const row = await all.world.store.db.auditEntry.findFirst({
      // somebody who may has stopped it before
      where: { subjectId, action: 'apply.stop', outcome: 'refused' },
    })
    expect(row).toMatchObject({
      ...{ environmentId, actorId: onlyHere.id },
      reason: 'You may not stop or cancel an apply there: that needs apply.stop.',
      detail: { entry: 'applies.stop', missing: 'apply.stop' },
    })
  })

  it('says what is missing, where, and who has it, to those who may look there', async () => {
    const db = all.world.store.db
    const granted = { grantedAt: all.world.clock.now, grantedBy: 'test' }
    const grants = { create: { id: 'grt_ada', role: 'admin', ...granted } }
    await db.user.create({ data: { id: 'usr_ada', name: 'Ada', email: 'ada@x.test', grants } })
    const { environmentId: id, environment: slug } = all.there
    const { id: userId, bySession } = await person(all.world, 'Vera', { role: 'viewer', environment: { id, slug } })
    const { environmentId } = all.here
    await db.roleGrant.create({ data: { id: 'grt_vera', userId, role: 'operator', environmentId, ...granted } })
    const entry = allEntries().find(({ name }) => name === 'applies.open') as Entry
    const { status, text } = await callEntry(entry, sampleFor(entry, all.there, all), bySession.headers, deps())
    expect(status).toBe(403)
    expect(JSON.parse(text).error).toMatchObject({
      message: 'You may not open an apply in nightjar: that needs apply.open.',
      data: { rollcall: { code: 'forbidden', remedy: 'Ask Ada (admin).' } },
    })
  })
})

describe('no other spelling of an environment comes past the check of its name', () => {
  it.each([' nightjar', 'nightjar ', '\tnightjar', 'nightjar\n', '\u00a0nightjar', 'NIGHTJAR'])(
    '%j',
    async (environment) => {
      const entries = allEntries().filter(
        ({ access, kind }) =>
          access?.kind === 'may' &&
          typeof access.scope === 'object' &&
          access.scope.of === 'environment' &&
          kind !== 'hook',
      )
      for (const entry of entries) {
        const fields = { ...sampleFor(entry, all.there, all), environment }
        const { status, text } = await callEntry(entry, fields, headersFor(entry), deps())
        expect([400, 403, 404, 409, 422], `${entry.name}: ${status} ${text.slice(0, 300)}`).toContain(status)
      }
    },
  )
})
