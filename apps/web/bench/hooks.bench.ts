/**
 * Webhooks at 500 signed ones per second while 5,000 forged ones per second are refused: verified, stored once, answered.
 * The server is a process of its own, the sender is this one, and PostgreSQL is on the same machine. Beside it, in the same
 * run: an empty handler behind the same server under the same load.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { emptyConfiguration } from '@rollcall/services'
import { testDatabase, withServer } from '@rollcall/store/testing'
import { openRawClient, type RawClient } from './raw-client.ts'

const { values: asked } = parseArgs({
  options: {
    signed: { type: 'string', default: '500' },
    forged: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '10' },
    port: { type: 'string', default: '0' },
  },
})
const seconds = Number(asked.seconds)
const wanted = { signed: Number(asked.signed), forged: Number(asked.forged) }
const wantedP99Ms = 20
const secret = 'a-secret-for-the-bench-only'
const body = JSON.stringify({
  id: 1,
  sha: '3f786850e387550fdab836ed7e6dc881de23001b',
  context: 'ci/build',
  state: 'success',
  target_url: 'https://ci.example.com/1',
  description: 'x'.repeat(2_000),
  repository: { full_name: 'acme/app' },
})
const signature = createHmac('sha256', secret).update(body).digest('hex')

function request(path: string, deliveryId: string, hex: string): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'x-github-event: status',
    `x-github-delivery: ${deliveryId}`,
    `x-hub-signature-256: sha256=${hex}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}

interface Load {
  ms: number[]
  statuses: Map<number, number>
  perSecond: number
}

/** Sends at a steady pace, whether or not answers come; a late answer counts from when its request was due. */
async function load(client: RawClient, perSecond: number, make: (n: number) => Buffer): Promise<Load> {
  const ms: number[] = []
  const statuses = new Map<number, number>()
  const startedAt = performance.now()
  const all: Promise<void>[] = []
  const total = perSecond * seconds
  for (let n = 0; n < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * perSecond) + 1)
    for (; n < due; n += 1) {
      const dueAt = startedAt + (n * 1000) / perSecond
      all.push(
        client.send(make(n)).then((status) => {
          ms.push(performance.now() - dueAt)
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
        }),
      )
    }
    await delay(1)
  }
  await Promise.all(all)
  return { ms: ms.sort((a, b) => a - b), statuses, perSecond: (total * 1000) / (performance.now() - startedAt) }
}

async function cpuSeconds(child: ChildProcess): Promise<number> {
  child.send('cpu')
  const [told] = (await once(child, 'message')) as [{ cpuSeconds: number }]
  return told.cpuSeconds
}

let round = 0
async function bothAtOnce(child: ChildProcess, port: number, path: string) {
  round += 1
  const mark = `${path}-${round}`
  const [signedClient, forgedClient] = [await openRawClient(port, 32), await openRawClient(port, 64)]
  const forgery = request(path, 'forged', '0'.repeat(64))
  const [before, own] = [await cpuSeconds(child), process.cpuUsage()]
  const [signed, forged] = await Promise.all([
    load(signedClient, wanted.signed, (n) => request(path, `${mark}-${n}`, signature)),
    load(forgedClient, wanted.forged, () => forgery),
  ])
  const used = process.cpuUsage(own)
  signedClient.close()
  forgedClient.close()
  const cores = (cpu: number) => (cpu / seconds).toFixed(2)
  return {
    signed,
    forged,
    serverCores: cores((await cpuSeconds(child)) - before),
    ownCores: cores((used.user + used.system) / 1e6),
  }
}

const at = (sorted: readonly number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
const ms = (value: number) => `${value.toFixed(1)} ms`.padStart(10)

function tell(what: string, { signed, forged, serverCores, ownCores }: Awaited<ReturnType<typeof bothAtOnce>>) {
  const statuses = (load: Load) => [...load.statuses].map(([status, count]) => `${count} × ${status}`).join(', ')
  console.log(
    `  ${what.padEnd(14)} p50 ${ms(at(signed.ms, 0.5))}  p95 ${ms(at(signed.ms, 0.95))}  p99 ${ms(at(signed.ms, 0.99))}  max ${ms(at(signed.ms, 1))}`,
  )
  console.log(`    signed ${signed.perSecond.toFixed(0)}/s: ${statuses(signed)}`)
  console.log(
    `    forged ${forged.perSecond.toFixed(0)}/s: ${statuses(forged)}, p99 ${ms(at(forged.ms, 0.99)).trim()} · cores: server ${serverCores}, sender ${ownCores}`,
  )
}

await withServer(async () => {
  const database = await testDatabase()
  const port = Number(asked.port) || 20_000 + (process.pid % 10_000)
  const variables = {
    DATABASE_URL: database.url,
    ROLLCALL_TOKEN: 'a-token-for-the-bench-only',
    ROLLCALL_SESSION_SECRET: 'a-secret-that-signs-only-in-the-bench-012345',
    ROLLCALL_HOOK_SECRET_BENCH: secret,
  }
  const hook = {
    name: 'bench',
    sender: null,
    secretEnvs: ['ROLLCALL_HOOK_SECRET_BENCH'],
    repos: null,
    updates: [],
    relays: [],
  }
  await database.query(
    `insert into configurations (document, hash, imported_at, imported_by) values ($1, 'bench', now(), 'bench')`,
    [{ ...emptyConfiguration, webhooks: [hook] }],
  )
  const child = fork(fileURLToPath(new URL('./hooks-server.ts', import.meta.url)), [String(port)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, ...variables },
  })
  try {
    await once(child, 'message')
    const warm = await openRawClient(port, 16)
    await Promise.all(
      Array.from({ length: 2_000 }, (_, n) =>
        warm.send(request('/hooks/bench', `warm-${n}`, n % 4 ? '0'.repeat(64) : signature)),
      ),
    )
    warm.close()
    const empty = [await bothAtOnce(child, port, '/empty')]
    const hooks = [await bothAtOnce(child, port, '/hooks/bench')]
    hooks.push(await bothAtOnce(child, port, '/hooks/bench'))
    empty.push(await bothAtOnce(child, port, '/empty'))
    for (const one of empty) tell('empty handler', one)
    for (const one of hooks) tell('webhooks', one)
    const [stored] = await database.query<{ rows: number; jobs: number; refused: number }>(`
      select (select count(*)::int from webhook_deliveries where verdict = 'accepted') as rows,
        (select count(*)::int from pgboss.job where name = 'delivery.handle') as jobs,
        (select count(*)::int from webhook_deliveries where verdict = 'refused') as refused`)
    console.log(
      `  stored: ${stored?.rows} deliveries with ${stored?.jobs} jobs; the refused ones are ${stored?.refused} rows`,
    )
    const p99 = Math.min(...hooks.map(({ signed }) => at(signed.ms, 0.99)))
    const base = Math.min(...empty.map(({ signed }) => at(signed.ms, 0.99)))
    const all = hooks.every(
      ({ signed, forged }) =>
        signed.statuses.get(202) === signed.ms.length && forged.statuses.get(401) === forged.ms.length,
    )
    const kept = Math.min(...hooks.map(({ forged }) => forged.perSecond / wanted.forged))
    const isReached = p99 <= wantedP99Ms && all && kept > 0.95
    console.log(
      `  p99 ${p99.toFixed(1)} ms, ${(p99 / base).toFixed(1)} × the empty handler's (wanted: at most ${wantedP99Ms} ms, each signed one 202, each forged one 401)${isReached ? '' : '  NOT REACHED'}`,
    )
    if (!isReached) process.exitCode = 1
  } finally {
    child.disconnect()
    await once(child, 'exit')
    await database.drop()
  }
})
