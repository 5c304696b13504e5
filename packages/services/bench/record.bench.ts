// What the record costs: sealing and reading 100,000 rows, taking them away, and what people wait for it.
import { withServer } from '@rollcall/store/testing'
import { defineComponent } from '../src/index.ts'
import { exportAudit, listAudit, sealAudit, verifyAudit } from '../src/record/index.ts'
import { testWorld } from '../src/testing/index.ts'

const rows = 100_000

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now()
  await work()
  return (performance.now() - from) / 1000
}

const told = (what: string, value: string) => console.log(`${what.padEnd(52)} ${value}`)

await withServer(async () => {
  const world = await testWorld({ tenants: [] })
  try {
    await world.database.query(
      `insert into audit (at, actor, via, action, subject_type, subject_id, reason, after)
       select now() - make_interval(secs => $1 - i), 'actor ' || i % 50, 'api', 'bench.' || i % 30, 'apply', 'apl_' || i,
         case when i % 3 = 0 then 'because of number ' || i end, jsonb_build_object('slug', 'x' || i, 'n', i)
       from generate_series(1, $1::int) i`,
      [rows],
    )
    await world.database.query('analyze audit')

    let alone: number[] = []
    let beside: number[] = []
    const verbs = async (times: number[], goOn: () => boolean) => {
      for (let i = 0; goOn(); i++) {
        const from = performance.now()
        await defineComponent(world.ctx, { slug: 'bench', name: `bench ${times.length} ${i}` })
        times.push(performance.now() - from)
      }
    }
    await verbs(alone, () => alone.length < 400)
    let sealing = true
    const acting = verbs(beside, () => sealing)
    const sealed = await seconds(async () => {
      while ((await sealAudit(world.ctx)).sealed > 0);
    })
    sealing = false
    await acting
    told(`seal ${rows.toLocaleString('en')} rows`, `${(rows / sealed).toFixed(0)} rows/s`)
    const at = (times: number[], part: number) => times.toSorted((a, b) => a - b)[Math.floor(times.length * part)] ?? 0
    for (const [name, times] of [
      ['nobody seals', alone],
      ['a worker seals all the time', beside],
    ] as const)
      told(
        `a verb while ${name}`,
        `p50 ${at(times, 0.5).toFixed(1)} ms, p99 ${at(times, 0.99).toFixed(1)} ms (${times.length})`,
      )
    alone = beside = []

    const verified = await seconds(() => verifyAudit(world.ctx))
    told('read the whole chain', `${verified.toFixed(2)} s, ${((rows + 400) / verified).toFixed(0)} rows/s`)
    for (const format of ['jsonl', 'csv'] as const) {
      let bytes = 0
      const taken = await seconds(async () => {
        for await (const piece of (await exportAudit(world.ctx, { format })).pieces) bytes += piece.length
      })
      told(`export as ${format}`, `${taken.toFixed(2)} s, ${(bytes / 1e6).toFixed(1)} MB`)
    }
    for (const filter of [
      {},
      { actor: 'actor 7' },
      { action: 'bench.' },
      { text: 'number 99999' },
      { text: 'no such' },
    ]) {
      const took = await seconds(() => listAudit(world.ctx, filter))
      told(`first page of ${JSON.stringify(filter)}`, `${(took * 1000).toFixed(1)} ms`)
    }
  } finally {
    await world.drop()
  }
})
