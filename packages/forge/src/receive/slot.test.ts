import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { casesOf, commitOf } from '../testing/index.ts'
import { applyUpdate, ringSize, type Slot } from './slot.ts'
import type { Update } from './validate.ts'

const at = new Date('2026-01-01T12:00:00Z')
const later = new Date('2026-01-01T13:00:00Z')
const slotOf = (more: Partial<Slot> = {}): Slot => ({
  repo: 'org/infra',
  sha: commitOf('s1'),
  version: null,
  artifacts: null,
  recordedAt: at,
  recordedBy: 'ci',
  runId: '1',
  previous: [],
  ...more,
})
const updateOf = (more: Partial<Update> = {}): Update => ({
  sourceRepo: 'org/infra',
  deployName: 'infra',
  environment: 'dev',
  sha: commitOf('s2'),
  version: null,
  artifacts: { said: 'nothing' },
  runId: '2',
  actor: 'bot',
  ...more,
})
const [replaceErases] = casesOf('receiver.effect').filter(({ id }) => id === 'replace-erases')
const row = (id: string) => {
  const found = casesOf('ring').find((one) => one.id === id)
  if (found === undefined) throw new Error(`no row ${id}`)
  return found
}

describe('the effect of an update on its slot', () => {
  it('shows what it would erase, and erases less than the field does: artifacts stay', () => {
    const { slot, update } = replaceErases?.given ?? {}
    const before = slotOf({ ...slot, sha: commitOf(slot.sha) })
    const effect = applyUpdate(before, updateOf({ sha: commitOf(update.sha) }), later)
    expect(effect.slot).toMatchObject({ sha: commitOf('s2'), version: replaceErases?.expect.slot.version })
    expect(effect.slot.artifacts).toEqual({ a: '1' })
    expect(effect).toMatchObject({ erased: ['version'], kept: ['artifacts'] })
  })

  it('clears artifacts only on purpose, and replaces them as a whole', () => {
    const before = slotOf({ artifacts: { a: '1', b: '2' } })
    const cleared = applyUpdate(before, updateOf({ artifacts: { said: 'cleared' } }), later)
    expect(cleared).toMatchObject({ slot: { artifacts: null }, erased: ['artifacts'], kept: [] })
    const given = applyUpdate(before, updateOf({ artifacts: { said: 'given', artifacts: { c: '3' } } }), later)
    expect(given.slot.artifacts).toEqual({ c: '3' })
    expect(given).toMatchObject({ erased: [], kept: [] })
  })

  it('keeps the version with its commit and never gives it to another one', () => {
    const before = slotOf({ version: 'v1' })
    expect(applyUpdate(before, updateOf({ sha: before.sha }), later)).toMatchObject({
      slot: { version: 'v1' },
      kept: ['version'],
    })
    expect(applyUpdate(before, updateOf(), later)).toMatchObject({ slot: { version: null }, erased: ['version'] })
    expect(applyUpdate(before, updateOf({ version: 'v2' }), later)).toMatchObject({
      slot: { version: 'v2' },
      erased: [],
    })
  })

  it('records who, when and in which run, and leaves the given slot as it was', () => {
    const before = Object.freeze(slotOf({ previous: Object.freeze([]) as unknown as Slot['previous'] }))
    const { slot } = applyUpdate(before, updateOf(), later)
    expect(slot).toMatchObject({ recordedBy: 'bot', recordedAt: later, runId: '2', repo: 'org/infra' })
    expect(slot.previous).toEqual([{ ...slotOf(), previous: undefined }].map(({ previous: _, ...rest }) => rest))
  })

  it('is the same for the same receipt, however often the write is tried again', () => {
    // the field takes the time once, before its retries; here it is an argument
    expect(applyUpdate(slotOf(), updateOf(), later)).toEqual(applyUpdate(slotOf(), updateOf(), later))
  })

  it('begins a slot where there was none', () => {
    expect(applyUpdate(null, updateOf({ version: 'v1' }), at)).toMatchObject({
      slot: { version: 'v1', artifacts: null, previous: [] },
      erased: [],
      kept: [],
    })
  })
})

describe('the ring of a slot', () => {
  const through = (...words: string[]) =>
    words.reduce<Slot | null>(
      (slot, word) => applyUpdate(slot, updateOf({ sha: commitOf(word) }), at).slot,
      null,
    ) as Slot

  it('takes what was replaced', () => {
    const { given, expect: expected } = row('push')
    expect(through(given.prev, given.new).previous.map(({ sha }) => sha)).toEqual(expected.map(commitOf))
  })

  it('does not change for the same commit, nor where nothing was before', () => {
    const { given } = row('same-sha')
    expect(through(given.prev, given.new).previous).toEqual([])
    expect(through(row('no-prior').given.new).previous).toEqual([])
    expect(applyUpdate(slotOf({ sha: '' }), updateOf(), at).slot.previous).toEqual([])
  })

  it('holds ten, newest first', () => {
    const { given, expect: expected } = row('cap')
    const words = Array.from({ length: given.pushes + 1 }, (_, index) => `c${index}`)
    const { previous } = through(...words)
    expect(previous).toHaveLength(expected.length)
    expect(previous.map(({ sha }) => sha)).toEqual(words.slice(0, -1).reverse().slice(0, ringSize).map(commitOf))
  })

  it('never holds the same commit twice in a row, nor more than ten, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 40 }), (words) => {
        const slot = through(...words)
        const shas = [slot.sha, ...slot.previous.map(({ sha }) => sha)]
        expect(shas.length).toBeLessThanOrEqual(ringSize + 1)
        for (let i = 1; i < shas.length; i++) expect(shas[i]).not.toBe(shas[i - 1])
      }),
    )
  })
})
