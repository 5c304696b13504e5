import { afterAll, beforeAll, expect, it } from 'vitest'
import { sha } from '../testing/builds.ts'
import type { ChildWorker } from '../testing/child-worker.ts'
import { eventually } from '../testing/eventually.ts'
import type { Place } from '../testing/place.ts'
import { startWorld, type World } from '../testing/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

/** As if nobody had been killed: every target proven, and none asked again for what it had shown already. */
async function endsAsItWouldHave(place: Place, id: string): Promise<void> {
  expect(await place.untilSettled(id, 60)).toMatchObject({ state: 'completed', releaseStatus: 'completed' })
  const record = await place.record()
  expect(record.needless()).toEqual([])
  expect(record.overlapping()).toEqual([])
  const targets = Object.values(await place.targets())
  expect(new Set(record.calls().map(({ slug }) => slug)).size).toBe(targets.length)
  for (const target of targets) expect(target).toMatchObject({ verdict: 'fresh', observedSha: sha.next })
}

/** What this worker is at, as the database shows it. */
async function sees(worker: ChildWorker, where: string): Promise<boolean> {
  const rows = await world.database.query(
    `select 1 from attempts a join operations o on o.id = a.operation_id where a.driver like $1 and ${where} limit 1`,
    [`%/${worker.pid}/%`],
  )
  return rows.length > 0
}

/** What to read when a moment did not come: every attempt there was, and what became of its operation. */
const happened = (applyId: string) =>
  world.database.query(
    `select t.slug, o.state, o.failure_reason, a.number, a.driver, a.looks, a.asked_at, a.claimed_at, a.ended_at
       from operations o join targets t on t.id = o.target_id left join attempts a on a.operation_id = o.id
      where o.apply_id = $1 order by o.position, a.number`,
    [applyId],
  )

const moments = {
  'it has just taken an operation': 'a.ended_at is null',
  'it has looked and not asked': 'a.looks > 0 and a.asked_at is null',
  'it has asked the control plane': 'a.asked_at is not null and a.claimed_at is null',
  'it has heard the control plane': 'a.claimed_at is not null and a.ended_at is null',
  'it has settled an operation': `o.state = 'completed'`,
}

/** Between a look and the question lie milliseconds, which a watcher may miss: in this database the question is written slowly. */
async function writeQuestionsSlowly(): Promise<void> {
  await world.database.query(`
    create function ask_slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(0.4); return new; end $$`)
  await world.database.query(`
    create trigger ask_slowly before update on attempts for each row
    when (old.asked_at is null and new.asked_at is not null) execute function ask_slowly()`)
}

it('kill -9 of the only worker at every moment of an operation: the apply ends as it would have', {
  timeout: 150_000,
}, async () => {
  const place = await world.place({
    tenants: ['slow-a', 'slow-b', 'slow-c', 'slow-d', 'slow-e', 'slow-f', 'slow-g', 'slow-h'],
    // a driver that dies between the leave and the call has spent an attempt, and five of them die here
    environment: { settleBudgetSeconds: 6, redeployTimeoutSeconds: 6, maxAttempts: 12 },
    timing: { slowSeconds: 0.3, edgeCacheSeconds: 0.3 },
  })
  await writeQuestionsSlowly()
  let worker = await world.child()
  const { id } = await place.open({ batchSize: 2 })
  const missedFor: number[] = []
  for (const [moment, where] of Object.entries(moments)) {
    await eventually(moment, () => sees(worker, where), { withinSeconds: 60, sofar: () => happened(id) })
    await worker.kill()
    worker = await world.child()
    const readyAt = performance.now()
    await eventually('the new worker drives', () => sees(worker, 'true'), { withinSeconds: 30 })
    missedFor.push((performance.now() - readyAt) / 1000)
  }
  await endsAsItWouldHave(place, id)
  // a dead worker is not waited for until its heartbeats run out
  expect(Math.max(...missedFor)).toBeLessThan(9)
  await worker.kill()
  await world.database.query('drop function ask_slowly cascade')
})

it('kill -9 again and again at moments of chance: the apply ends as it would have', { timeout: 120_000 }, async () => {
  const place = await world.place({
    tenants: 40,
    environment: { settleBudgetSeconds: 6, redeployTimeoutSeconds: 6, maxAttempts: 12 },
    timing: { lightDelayMs: 100 },
  })
  const { id } = await place.open({ batchSize: 8 })
  for (let lives = 0; lives < 4; lives++) {
    const worker = await world.child()
    const enough = performance.now() + 50 + Math.random() * 900
    await eventually('its time has come', () => performance.now() > enough)
    await worker.kill()
  }
  await world.child()
  await endsAsItWouldHave(place, id)
})
