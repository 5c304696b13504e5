import { createServer, type Server } from 'node:http'
import { forgeToken } from '@rollcall/forge/testing'
import { listensAt, randomPort } from '@rollcall/outbound/testing'
import {
  allowOrigin,
  type Context,
  getPromotion,
  getUpdate,
  importConfiguration,
  openPromotion,
  readSecretKeys,
  receiveUpdate,
  setSecret,
  sweepNow,
} from '@rollcall/services'
import { leakFinder, needlesFor } from '@rollcall/services/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { component, forgeTokenVariable, sha, token, tokenVariable } from './testing/builds.ts'
import { eventually } from './testing/eventually.ts'
import { registryAccount, registryVariables, secretKey } from './testing/worker-settings.ts'
import { startWorld, type World } from './testing/world.ts'

/** Says back, in many ways at once, everything that it was sent: as it is, in base64, percent-encoded, and in its head. */
function echoing(): { server: Server; heard: () => number } {
  const statuses = [500, 401, 400, 200, 302, 403, 429, 503]
  let heard = 0
  const server = createServer((request, response) => {
    const { headers, rawHeaders, url = '' } = request
    const status = statuses[heard++ % statuses.length] as number
    const authorization = headers.authorization ?? ''
    const said = [
      JSON.stringify({ error: `you sent ${authorization}`, headers, rawHeaders, url }),
      Buffer.from(authorization).toString('base64'),
      Buffer.from(authorization.replace(/^\w+ /, ''), 'base64').toString('utf8'),
      encodeURIComponent(authorization),
    ].join('\n')
    response.writeHead(status, `Refused ${authorization.replace(/[^ -~]/g, '')}`.slice(0, 200), {
      'content-type': 'application/json',
      'www-authenticate': `Bearer realm="http://127.0.0.1:1/${encodeURIComponent(authorization)}"`,
      location: `/${encodeURIComponent(authorization)}`,
      'x-echo': authorization,
    })
    response.end(heard % 2 === 0 ? said : JSON.stringify({ message: said, detail: said, results: [{ error: said }] }))
  })
  return { server, heard: () => heard }
}

let world: World
let ctx: Context
const { server, heard } = echoing()
let url: string

beforeAll(async () => {
  world = await startWorld()
  ctx = { ...world.ctx, keys: readSecretKeys({ ROLLCALL_SECRET_KEY: secretKey }) }
  let port = randomPort()
  while (!(await listensAt(server, port, '127.0.0.1'))) port = randomPort()
  url = `http://127.0.0.1:${port}`
})
afterAll(async () => {
  await world.close()
  server.closeAllConnections()
  server.close()
})

/** Every row of every table and every job, as text: whatever can be shown, exported or streamed later is made of them. */
async function everything(): Promise<string> {
  const tables = await world.database.query<{ name: string }>(
    `select format('%I.%I', nspname, relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where nspname in ('public', 'pgboss') and relkind in ('r', 'p')`,
  )
  const texts = await Promise.all(
    tables.map(({ name }) => world.database.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`)),
  )
  return texts
    .flat()
    .map(({ row }) => row)
    .join('\n')
}

test('what a control plane, a forge and a registry say back of the secrets they were sent is kept nowhere', {
  timeout: 90_000,
}, async () => {
  const stored = 'planted-stored-token-0f1e2d3c4b5a6978'
  const storedName = 'ROLLCALL_CP_TOKEN_STORED'
  const leaksIn = leakFinder(
    needlesFor({ token, forgeToken, 'registry password': registryAccount.password, stored, secretKey }),
  )
  const plain = await world.place({ tenants: ['acme'], environment: { maxAttempts: 2, redeployTimeoutSeconds: 5 } })
  const storing = await world.place({ tenants: ['birch'], environment: { maxAttempts: 1, redeployTimeoutSeconds: 5 } })
  await plain.repoint({ controlPlaneUrl: `${url}/plain`, maxAttempts: 2, redeployTimeoutSeconds: 5 })
  await allowOrigin(ctx, { name: tokenVariable, origin: url })
  await storing.repoint({
    ...{ controlPlaneUrl: `${url}/kept`, tenantUrlTemplate: `${url}/kept/{slug}`, controlPlaneTokenEnv: storedName },
    ...{ maxAttempts: 1, redeployTimeoutSeconds: 5 },
  })
  await setSecret(ctx, { name: storedName, value: stored, origins: [url] })
  const { user, password } = registryVariables
  await importConfiguration(ctx, {
    text: `
forges:
  - { name: hub, kind: github, url: "${url}", token_env: ${forgeTokenVariable} }
registries:
  - { name: hub, url: "${url}", username_env: ${user}, password_env: ${password} }
image_sets:
  - { name: tenant, component: ${component}, registry: hub, images: [demo/tenant], source_tag: staging-<sha7> }
external:
  - repo: acme/infra
    deploys:
      - { name: infra, on_update: { deploy: { workflow: .github/workflows/deploy.yaml } } }
deploys:
  infra: { component: ${component}, forge: hub, tag: "<sha7>" }
`,
  })
  const worker = await world.worker()

  for (const place of [plain, storing]) {
    await sweepNow(ctx, { environment: place.slug })
    const { id } = await place.open({ sha: sha.next })
    await place.untilSettled(id)
  }
  const { id: promotion } = await openPromotion(ctx, { sha: sha.next })
  await eventually('the promotion settles', async () => (await getPromotion(ctx, { id: promotion })).settled)
  const answer = await receiveUpdate(ctx, {
    ...{ source_repo: 'acme/infra', deploy_name: 'infra', environment: plain.slug, sha: sha.newest, version: 'v2' },
  })
  const update = 'update' in answer ? answer.update.id : ''
  await eventually('the update settles', async () => (await getUpdate(ctx, { id: update })).settled)

  expect(heard()).toBeGreaterThan(4)
  expect(leaksIn(worker.lines.join('\n'))).toEqual([])
  const kept = await everything()
  // it was heard, and what was kept of it tells everything else
  expect(kept).toContain('you sent')
  expect(leaksIn(kept)).toEqual([])
})
