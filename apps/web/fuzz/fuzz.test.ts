import { afterAll, beforeAll, expect, it } from 'vitest'
import { allEntries } from '../src/entries/all-entries.ts'
import { fuzzEntries } from './entries.ts'
import { fuzz } from './run.ts'
import { type FuzzWorld, fuzzWorld } from './world.ts'

/** Always the same requests, so that a failure can be repeated; `npm run fuzz` sends more, and with other seeds. */
const seed = 20261120
const perEntry = 60

const entries = fuzzEntries(false)

it('knows every entry that there is', () => {
  const known = entries.map(({ name }) => name)
  const unknown = allEntries().filter(({ name }) => !known.some((one) => one === name || one.endsWith(` ${name}`)))
  expect(unknown.map(({ name }) => name)).toEqual([])
})

let world: FuzzWorld

beforeAll(async () => {
  world = await fuzzWorld({ pages: false })
})
afterAll(() => world?.end())

it(`answers ${perEntry} odd requests to every entry without failing, growing, or telling what it keeps to itself`, async () => {
  const report = await fuzz(world, entries, { count: perEntry, seed, healthMs: 5_000 })
  expect(report.failures).toEqual([])
  expect(report.complaints).toEqual([])
  expect(report.sent).toBe(entries.length * perEntry)
  // an entry of which nothing but refusals is seen is not tried at all
  const silent = [...report.tallies].filter(([, { statuses }]) =>
    [...statuses.keys()].every((status) => status === 401),
  )
  expect(silent.map(([name]) => name)).toEqual([])
}, 180_000)

it('leaves nothing behind of what it refuses but a line in the audit', async () => {
  const changing = entries.filter(({ kind, method }) => kind === 'mutation' || (kind === 'rest' && method !== 'GET'))
  // written a moment after what was done, counted and sealed by themselves, or kept because it was refused
  const own = ['changes', 'audit', 'audit_seals', 'sign_in_failures', 'sessions', 'external_updates']
  const facts = async () => {
    const tables = await world.database.query<{ name: string }>(
      `select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where nspname = 'public' and relkind = 'r' order by relname`,
    )
    const counts = tables
      .filter(({ name }) => !own.includes(name))
      .map(({ name }) => `(select count(*) from "${name}")`)
    const [row] = await world.database.query<{ rows: string }>(`select concat_ws(',', ${counts.join(', ')}) as rows`)
    return row?.rows
  }
  let before = await facts()
  const report = await fuzz(world, changing, {
    count: 20,
    seed: seed + 1,
    connections: 1,
    regularOnly: true,
    healthMs: 5_000,
    look: async (_entry, { status }) => {
      const after = await facts()
      const isUnchanged = after === before || status < 400
      const told = isUnchanged ? null : `refused, but the number of rows changed from ${before} to ${after}`
      before = after
      return told
    },
  })
  expect(report.failures).toEqual([])
}, 180_000)
