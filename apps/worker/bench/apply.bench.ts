/**
 * What one operation costs, in a small apply and in a large one: PostgreSQL, one worker and one light fleet on this
 * machine, each in a process of its own. The time per operation should not grow with the apply.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { advanceApply, settleOperation, takeOperation } from '@rollcall/services'
import { countStatements, withServer } from '@rollcall/store/testing'
import { startWorld, type World } from '../src/testing/world.ts'

const { values: asked } = parseArgs({
  options: {
    small: { type: 'string', default: '100' },
    large: { type: 'string', default: '1000' },
    batch: { type: 'string', default: '50' },
  },
})
const small = Number(asked.small)
const large = Number(asked.large)
const batchSize = Number(asked.batch)
/** The small apply is over soon, so it is done often enough to tell. */
const rounds = Math.max(1, Math.min(4, Math.round(large / small)))

interface Measured {
  tenants: number
  openSeconds: number
  seconds: number
}

async function applyOver(world: World, tenants: number): Promise<Measured> {
  const place = await world.place({ tenants, apart: true })
  const before = performance.now()
  const { id } = await place.open({ batchSize })
  const opened = performance.now()
  let row: { state: string; settled: boolean; n: number } | undefined
  while (!row?.settled) {
    await delay(20)
    ;[row] = await world.database.query('select state, settled, count_completed as n from applies where id = $1', [id])
  }
  if (row.state !== 'completed' || row.n !== tenants)
    throw new Error(`the apply over ${tenants} tenants is ${row.state}`)
  return { tenants, openSeconds: (opened - before) / 1000, seconds: (performance.now() - opened) / 1000 }
}

/** Statements of one uneventful settle in an apply that no worker drives. */
async function settleStatements(world: World, tenants: number): Promise<number> {
  const place = await world.place({ tenants })
  const { id } = await place.open({ batchSize })
  const counts: number[] = []
  await advanceApply(world.ctx, id)
  for (const { id: operationId } of (await place.operations(id)).slice(0, 5)) {
    const attempt = await takeOperation(world.ctx, operationId, 'bench')
    if (!attempt) throw new Error('there is nothing to settle')
    counts.push(await countStatements(() => settleOperation(world.ctx, attempt, { state: 'completed' })))
    await world.store.later.flush()
  }
  return Math.min(...counts)
}

function row(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(26) : String(cell).padStart(12))).join(''))
}

await withServer(async () => {
  const world = await startWorld()
  try {
    const settles = [await settleStatements(world, small), await settleStatements(world, large)]
    const worker = await world.child({ drives: Math.max(64, batchSize) })
    await applyOver(world, 50)
    const smalls: Measured[] = []
    const [ahead, behind] = [Math.ceil(rounds / 2), Math.floor(rounds / 2)]
    for (let i = 0; i < ahead; i++) smalls.push(await applyOver(world, small))
    const one = await applyOver(world, large)
    for (let i = 0; i < behind; i++) smalls.push(await applyOver(world, small))
    await worker.term()

    const seconds = smalls.reduce((sum, measured) => sum + measured.seconds, 0) / smalls.length
    const opening = smalls.reduce((sum, measured) => sum + measured.openSeconds, 0) / smalls.length
    const perSmall = (seconds * 1000) / small
    const perLarge = (one.seconds * 1000) / large
    row(['tenants', small, large])
    row(['seconds', seconds.toFixed(2), one.seconds.toFixed(2)])
    row(['operations per second', (small / seconds).toFixed(0), (large / one.seconds).toFixed(0)])
    row(['ms per operation', perSmall.toFixed(2), perLarge.toFixed(2)])
    row(['seconds to open', opening.toFixed(2), one.openSeconds.toFixed(2)])
    row(['statements per settle', ...settles])
    console.log(
      `\nbatch ${batchSize} · ms per operation at ${large} against ${small}: ×${(perLarge / perSmall).toFixed(2)}`,
    )
  } finally {
    await world.close()
  }
})
