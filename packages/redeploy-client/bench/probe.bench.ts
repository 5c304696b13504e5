/** What our door costs over plain `undici.request`: warm probes of one local server, as many at once as a sweep makes. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Agent, request } from 'undici'
import { createRedeployClient } from '../src/index.ts'
import { deadPort } from '../src/testing/index.ts'

const atOnce = 48
const probes = 20_000
const rounds = 5

const port = await deadPort()
const server = fork(fileURLToPath(new URL('./tenant-server.ts', import.meta.url)), [String(port)], { execArgv: [] })
await once(server, 'message')
const url = `http://127.0.0.1:${port}/buildinfo`
const client = createRedeployClient({ reach: 'all', maxConnections: atOnce })
const agent = new Agent({ connections: atOnce })

async function ours(): Promise<void> {
  const reading = await client.readBuildinfo({ url, timeoutMs: 10_000 })
  if (reading.kind !== 'sha') throw new Error(`the probe gave ${JSON.stringify(reading)}`)
}

async function plain(): Promise<void> {
  const { body } = await request(url, { dispatcher: agent })
  if (JSON.parse(await body.text()).git_sha.length !== 40) throw new Error('no commit in the answer')
}

/** Probes per second. */
async function measure(probe: () => Promise<void>, count: number): Promise<number> {
  let left = count
  const lane = async () => {
    while (left-- > 0) await probe()
  }
  const since = performance.now()
  await Promise.all(Array.from({ length: atOnce }, lane))
  return (count * 1000) / (performance.now() - since)
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

await measure(ours, probes / 4)
await measure(plain, probes / 4)
const results: { ours: number; plain: number }[] = []
for (let i = 0; i < rounds; i++)
  results.push({ ours: await measure(ours, probes), plain: await measure(plain, probes) })

const mine = median(results.map((result) => result.ours))
const base = median(results.map((result) => result.plain))
const row = (name: string, value: number) => console.log(name.padEnd(34), value.toFixed(0).padStart(8))
row('probes per second, readBuildinfo', mine)
row('probes per second, undici.request', base)
console.log(
  `\n${atOnce} at once, median of ${rounds} · readBuildinfo against undici.request: ×${(mine / base).toFixed(2)}`,
)

await Promise.all([client.close(), agent.close()])
server.disconnect()
