import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { verifyDelivery } from '@rollcall/forge'
import { signedFixture } from '@rollcall/forge/testing'
import { openApply, receiveUpdate, reportCheck, storeDelivery } from '@rollcall/services'
import { external, inForce, type TestWorld, testWorld } from '@rollcall/services/testing'
import { type LeakFinder, leakFinder, needlesFor } from './canaries.ts'
import type { Memory } from './inside.ts'
import { statedHost } from './judge.ts'
import { openLine } from './line.ts'
import type { Credentials } from './requests.ts'
import type { Facts } from './shapes.ts'

/** The product's own server as a process, over a database with something in it, and everything one must know to ask. */
export interface FuzzWorld {
  port: number
  pid: number
  database: TestWorld['database']
  facts: Facts
  credentials: Credentials
  leaksIn: LeakFinder
  /** what the process has said so far */
  said(): string
  /** null once it has ended */
  memory(): Promise<Memory | null>
  isAlive(): boolean
  end(): Promise<void>
}

const chance = () => randomBytes(24).toString('base64url')

/** What this process is given to keep to itself; each is looked for in everything that leaves. */
const planted = () => ({
  ROLLCALL_TOKEN: `canary-operator-${chance()}`,
  ROLLCALL_SESSION_SECRET: `canary-session-${chance()}`,
  ROLLCALL_HOOK_SECRET: `canary-hook-${chance()}`,
  ROLLCALL_HOOK_SECRET_OTHER: `canary-other-hook-${chance()}`,
  ROLLCALL_CP_TOKEN_TEST: `canary-control-plane-${chance()}`,
  ROLLCALL_FORGE_TOKEN_TEST: `canary-forge-${chance()}`,
  ROLLCALL_REGISTRY_TEST_PASSWORD: `canary-registry-${chance()}`,
  ROLLCALL_OIDC_CLIENT_SECRET: `canary-provider-${chance()}`,
  ROLLCALL_SECRET_KEY: randomBytes(32).toString('base64'),
})

export async function fuzzWorld({ pages }: { pages: boolean }): Promise<FuzzWorld> {
  const world = await testWorld({ tenants: ['acme', 'birch', 'cedar'] })
  await fill(world)
  const secrets = planted()
  const port = randomInt(12_000, 32_000)
  const child = start(port, pages, { ...secrets, DATABASE_URL: world.database.url })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  await untilAnswering(port, child, () => said)
  const { credentials, made } = await comeIn(port, secrets.ROLLCALL_TOKEN)
  return {
    port,
    pid: child.pid ?? 0,
    database: world.database,
    facts: await factsOf(world),
    credentials,
    leaksIn: leakFinder(needlesFor({ ...secrets, ...passwordOf(world.database.url), ...made })),
    said: () => said,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    async memory() {
      if (!child.connected) return null
      child.send('memory')
      const [told] = (await once(child, 'message')) as [Memory]
      return told
    },
    async end() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit')
        child.kill('SIGTERM')
        const force = setTimeout(() => child.kill('SIGKILL'), 3_000)
        await gone
        clearTimeout(force)
      }
      await world.drop()
    },
  }
}

function start(port: number, pages: boolean, variables: Record<string, string>): ChildProcess {
  const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
  const [file, args] = pages
    ? ['../server.ts', ['--hostname', '127.0.0.1', '--port', String(port)]]
    : ['./front-only.ts', [String(port)]]
  return fork(here(file), args, {
    cwd: here('..'),
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc', '--import', here('./inside.ts')],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      ROLLCALL_BASE_URL: `http://127.0.0.1:${port}`,
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
}

async function untilAnswering(port: number, child: ChildProcess, said: () => string): Promise<void> {
  const path = '/sign-in'
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(100)) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${said().slice(-3_000)}`)
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null)
    await answer?.arrayBuffer()
    if (answer) return
  }
  throw new Error(`the server does not answer:\n${said().slice(-3_000)}`)
}

/** Something of everything, so that verbs and lists have something to do. */
async function fill(world: TestWorld): Promise<void> {
  const { ctx, shas } = world
  await inForce(world, {
    webhooks: [
      { name: 'forge', sender: null, secretEnvs: ['ROLLCALL_HOOK_SECRET'], repos: null, updates: [], relays: [] },
      { name: 'other', sender: null, secretEnvs: ['ROLLCALL_HOOK_SECRET_OTHER'], repos: null, updates: [], relays: [] },
    ],
    external: external({ upstream: 'record_only' }),
  })
  for (const sha of [shas[1], shas[2]]) {
    await openApply(ctx, { environment: 'production', component: 'server', sha, requiresApproval: true })
  }
  await reportCheck(ctx, { sha: shas[1], context: 'build', status: 'success' })
  const update = {
    source_repo: 'acme/upstream',
    deploy_name: 'upstream',
    environment: 'production',
    sha: 'd'.repeat(40),
  }
  await receiveUpdate(ctx, { ...update, run_id: '1' }).catch(() => {})
  const delivery = signedFixture('github-status', 'secret')
  const verdict = verifyDelivery(delivery, { secrets: ['secret'] }, world.clock.now)
  const endpoint = { name: 'forge', sender: null, secretEnvs: [], repos: null, updates: [], relays: [] }
  if (verdict.verified) await storeDelivery(ctx, endpoint, delivery, verdict)
  await world.store.later.flush()
  await world.store.deliveries.flush()
}

/** Ids by the entry's group, and what fields are called by. */
async function factsOf({ database, shas }: TestWorld): Promise<Facts> {
  const ids = async (table: string) =>
    (await database.query<{ id: string }>(`select id from ${table} order by id limit 20`)).map(({ id }) => id)
  const applies = await ids('applies')
  const operations = await ids('operations')
  const updates = await ids('external_updates')
  const deliveries = await ids('webhook_deliveries')
  const promotions = await ids('promotions')
  return {
    id: [...applies, ...operations, ...updates, ...deliveries, ...promotions],
    applyId: applies,
    'applies id': applies,
    'operations id': operations,
    'updates id': updates,
    'external-updates id': updates,
    'webhooks id': deliveries,
    'promotions id': promotions,
    environment: ['production'],
    component: ['server'],
    slug: ['acme', 'birch', 'production', 'server'],
    targets: ['acme', 'birch', 'nobody'],
    canary: ['acme', 'nobody'],
    sha: [...shas, 'c'.repeat(40)],
    deploy_name: ['upstream'],
    source_repo: ['acme/upstream'],
    endpoint: ['forge', 'other'],
    onFailure: ['halt', 'pause', 'continue', 'explode'],
    context: ['build'],
    idempotencyKey: ['k1', 'k2', 'k3'],
    run_id: ['1', '2'],
    // read by the configuration's own parser, which has more to it than a schema
    text: [
      'environments: []',
      'version: 1\ncomponents: {}\n',
      'a: &a [*a]',
      'a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c]',
      '? {a: 1}\n: 2',
      '!!js/function "x"',
      '__proto__: {a: 1}',
      `a: ${'['.repeat(5_000)}`,
      `${' '.repeat(20)}a:\n\t- b`,
    ],
  }
}

/** Proves each identity in every way that it can; what cannot be made here proves nothing, and is sent all the same. */
async function comeIn(port: number, operatorToken: string) {
  const url = `http://127.0.0.1:${port}`
  const administrator = { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' }
  const made: Record<string, string | { secret: string; shown: number }> = {}
  const signIn = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ token: operatorToken }),
  })
  const cookie = signIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  if (signIn.status >= 400 || cookie === '') throw new Error(`the operator token does not sign in: ${signIn.status}`)
  made.session = cookie.slice(cookie.indexOf('=') + 1)
  const answer = await fetch(`${url}/api/v1/tokens`, {
    method: 'POST',
    headers: administrator,
    body: JSON.stringify({ name: 'viewer', capabilities: ['read'], everywhere: true, expiresInHours: 24 }),
  })
  const { token } = (await answer.json()) as { token?: string }
  if (token) made['API token'] = { secret: token, shown: 12 }
  const bearer = (text: string) => [['authorization', `Bearer ${text}`]] as [string, string][]
  const host: [string, string] = ['host', statedHost]
  const browser = (site: string) => [['cookie', cookie], ['sec-fetch-site', site], host] as [string, string][]
  const credentials: Credentials = {
    administrator: [
      [...bearer(operatorToken), host],
      [...bearer(operatorToken), host],
      browser('same-origin'),
      browser('cross-site'),
    ],
    viewer: [[...bearer(token ?? 'a-token-that-nobody-has'), host]],
    nobody: [[host], [...bearer('a-token-that-nobody-has'), host]],
  }
  return { credentials, made }
}

/** A server that trusts everybody has none to lose. */
function passwordOf(url: string): Record<string, string> {
  const password = decodeURIComponent(new URL(url).password)
  return password.length >= 12 ? { 'database password': password } : {}
}

/** Rows of every table, by name. */
export async function rowsOf(database: TestWorld['database']): Promise<Map<string, number>> {
  const tables = await database.query<{ name: string }>(
    `select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where nspname = 'public' and relkind = 'r' order by relname`,
  )
  const counts = tables.map(({ name }) => `select '${name}' as name, count(*)::int as rows from "${name}"`)
  const rows = await database.query<{ name: string; rows: number }>(
    [...counts, "select 'jobs', count(*)::int from pgboss.job"].join(' union all '),
  )
  return new Map(rows.map(({ name, rows }) => [name, rows]))
}

/** How long the server takes to say that it is alive, asked all the time on a connection of its own. */
export function watchHealth(port: number) {
  let worstMs = 0
  let asked = 0
  let isOver = false
  const bytes = Buffer.from('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n')
  const watching = (async () => {
    let line = await openLine(port)
    while (!isOver) {
      const startedAt = performance.now()
      const answer = await line.ask(bytes, false).catch(() => null)
      worstMs = Math.max(worstMs, answer?.status === 200 ? performance.now() - startedAt : Number.POSITIVE_INFINITY)
      asked += 1
      if (!line.isOpen()) line = await openLine(port).catch(() => line)
      await delay(50)
    }
    line.close()
  })()
  return {
    async stop() {
      isOver = true
      await watching
      return { worstMs, asked }
    },
  }
}
