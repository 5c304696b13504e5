import { sealAudit } from '@rollcall/services'
import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { entryFor } from '../front/entries.ts'
import { machineRequest, testDeps, testOrigin } from '../server/testing/deps.ts'
import { handleRest } from './dispatch.ts'
import { auditExportRoute } from './routes/audit.ts'
import { streamOf } from './stream-of.ts'
import { restTable } from './table.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: ['acme'] })
  await sealAudit(world.ctx)
})
afterAll(() => world.drop())

const deps = () => testDeps({ store: world.store, clock: world.clock }).deps
const ask = (path: string) => handleRest(machineRequest('GET', `/api/v1${path}`), restTable, deps())

it('lists the audit by page, with its filters as query parameters', async () => {
  const answer = await (await ask('/audit?action=build.&limit=2')).json()
  expect(answer.items.map(({ action }: { action: string }) => action)).toEqual(['build.publish', 'build.publish'])
  expect(answer.nextCursor).toMatch(/\w/)
  expect((await ask('/audit?since=yesterday')).status).toBe(400)
})

it('gives the whole of it as a file', async () => {
  const rows = await world.store.db.auditEntry.count()
  const lines = await ask('/audit/export')
  expect(lines.headers.get('content-type')).toBe('application/jsonl; charset=utf-8')
  expect(lines.headers.get('content-disposition')).toBe('attachment; filename="rollcall-audit-2026-03-01.jsonl"')
  expect(lines.headers.get('cache-control')).toBe('no-store')
  expect((await lines.text()).trimEnd().split('\n')).toHaveLength(rows)
  const csv = await ask('/audit/export?format=csv&action=component.define')
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect((await csv.text()).split('\r\n')).toHaveLength(3)
  expect((await ask('/audit/export?format=xlsx')).status).toBe(400)
})

it('says whether the chain holds', async () => {
  const verdict = await (await ask('/audit/verification')).json()
  expect(verdict).toMatchObject({ ok: true, unsealed: 0, first: null })
  const anchored = await ask(`/audit/verification?anchor=${verdict.anchor}`)
  expect(await anchored.json()).toMatchObject({ ok: true })
  const wrong = await ask(`/audit/verification?anchor=1:${'0'.repeat(64)}`)
  expect(await wrong.json()).toMatchObject({ ok: false, first: { fault: 'anchor' } })
})

it('lets a page download what its person may export, by the session that a link carries, and nobody else', async () => {
  const download = (headers: Record<string, string>) =>
    entryFor('/api/audit')?.handle(new Request(`${testOrigin}/api/audit?format=csv`, { headers }), deps())
  expect((await download({}))?.status).toBe(401)
  const { authorization } = Object.fromEntries(machineRequest('GET', '/').headers)
  const answer = await download({ authorization: authorization as string })
  expect(answer?.status).toBe(200)
  expect(await answer?.text()).toContain('component.define')
})

it('makes no more of a stream than is taken', async () => {
  const made: number[] = []
  let ended = false
  async function* pieces() {
    try {
      for (let i = 0; ; i++) {
        made.push(i)
        yield `${i}\n`
      }
    } finally {
      ended = true
    }
  }
  const reader = (await streamOf(pieces())).getReader()
  expect(made).toEqual([0])
  await reader.read()
  await reader.read()
  expect(made).toEqual([0, 1])
  await reader.cancel()
  expect(ended).toBe(true)
})

it('answers a problem, not the beginning of a file, where not even the first piece can be made', async () => {
  // biome-ignore lint/correctness/useYield: it fails before
  async function* pieces(): AsyncGenerator<string> {
    throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  }
  const table = [{ ...auditExportRoute, handle: async () => ({ status: 200, body: await streamOf(pieces()) }) }]
  const answer = await handleRest(machineRequest('GET', '/api/v1/audit/export'), table, deps())
  expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'application/problem+json'])
})

it('tells what happened since a time, as JSON and as Markdown with links to this Rollcall', async () => {
  const view = await (await ask('/since?since=2026-01-01T00:00:00Z')).json()
  expect(view).toMatchObject({ rule: 'asked', since: '2026-01-01T00:00:00.000Z', person: 'operator' })
  const request = machineRequest('GET', '/api/v1/since', undefined, { accept: 'text/markdown' })
  const answer = await handleRest(request, restTable, deps())
  expect(answer.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
  expect(await answer.text()).toMatch(/^# Since 2026-02-28 12:00 UTC\n/)
  expect((await ask('/since?since=yesterday')).status).toBe(400)
})
