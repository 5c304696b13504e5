import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DemoFleet, startDemoFleet } from './testing/index.ts'

const rows = (
  JSON.parse(readFileSync(new URL('./testing/cases/endpoint-contract.json', import.meta.url), 'utf8')) as {
    // biome-ignore lint/suspicious/noExplicitAny: the rows come from the field
    cases: { id: string; given: any; expect: any }[]
  }
).cases
const rowOf = (id: string) => {
  const row = rows.find((one) => one.id === id)
  if (row === undefined) throw new Error(`no case ${id}`)
  return row
}

const sha = 'a'.repeat(40)
const old = 'b'.repeat(40)
const fleets = ['plain', 'failing', 'halting', 'canary', 'scoped', 'tolerant', 'soaking'] as const

describe('the contract of redeploy-fleet', () => {
  let fleet: DemoFleet
  beforeAll(async () => {
    const tenants = ['a', 'b', 'c', 'd'].map((slug) => ({ slug, sha: old }))
    fleet = await startDemoFleet({ light: Object.fromEntries(fleets.map((name) => [name, tenants])) })
    await fleet.putImage('plain', 't', sha)
  })
  afterAll(() => fleet.close())

  async function post(env: string, body: unknown, authorization: string | null = `Bearer ${fleet.token}`) {
    const response = await fetch(`${fleet.env(env).controlPlaneUrl}/cp/admin/tenants/redeploy-fleet`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization !== null && { authorization }) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const answer = (await response.json()) as {
      ok: boolean
      error?: string
      stragglers?: string[]
      results?: { slug: string; phase: string; ssm_status: string; ssm_exit_code: number | null; healthz_ok: boolean }[]
    }
    return { status: response.status, ...answer }
  }
  const shaOf = async (env: string, slug: string) =>
    (await fleet.tenants(env)).find((tenant) => tenant.slug === slug)?.sha

  it.each(['empty-body', 'confirm-false', 'confirm-true'])('agrees with the field about %s', async (id) => {
    const { given, expect: expected } = rowOf(id)
    const answer = await post('plain', given.body)
    expect(answer).toMatchObject({ status: expected.status, ok: expected.status === 200 })
    if (expected.status !== 200) expect(answer.error).toMatch(/./)
  })

  it.each([
    ['none', null],
    ['a wrong one', 'Bearer wrong-token'],
    ['another scheme', 'Basic wrong'],
    ['an empty one', 'Bearer '],
  ])('refuses a call with %s for a token', async (_, authorization) => {
    const answer = await post('plain', { target_tag: 't', confirm: true }, authorization)
    expect(rowOf('no-token').expect.status).toContain(answer.status)
    expect(answer).toMatchObject({ status: 401, ok: false })
  })

  it.each([
    ['no body', ''],
    ['no JSON', '{'],
    ['no object', '7'],
    ['no tag', { confirm: true }],
    ['an empty tag', { target_tag: '', confirm: true }],
    ['an empty scope', { target_tag: 't', only_slugs: [], confirm: true }],
    ['a batch of zero', { target_tag: 't', confirm: true, batch_size: 0 }],
    ['half a batch', { target_tag: 't', confirm: true, batch_size: 1.5 }],
    ['a negative soak', { target_tag: 't', confirm: true, soak_seconds: -1 }],
    ['negative stragglers', { target_tag: 't', confirm: true, max_stragglers: -1 }],
    ['confirm as a word', { target_tag: 't', confirm: 'true' }],
    ['a dry run of the fleet without confirm', { target_tag: 't', dry_run: true }],
  ])('refuses %s with 400', async (_, body) => {
    expect(await post('plain', body)).toMatchObject({ status: 400, ok: false, error: expect.stringMatching(/./) })
  })

  it('names an unknown target and an unknown image, and does nothing', async () => {
    const ghost = await post('scoped', { target_tag: 't', only_slugs: ['a', 'ghost'] })
    expect(ghost).toMatchObject({ status: 400, error: expect.stringContaining('ghost') })
    const image = await post('scoped', { target_tag: 'nobody-built-this', only_slugs: ['a'] })
    expect(image).toMatchObject({ status: 400, error: expect.stringContaining('nobody-built-this') })
    expect(await shaOf('scoped', 'a')).toBe(old)
  })

  it('takes a tag that says its own commit', async () => {
    const [first, second] = ['1'.repeat(40), '2'.repeat(40)]
    expect(await post('scoped', { target_tag: first, only_slugs: ['b'] })).toMatchObject({ status: 200 })
    expect(await shaOf('scoped', 'b')).toBe(first)
    expect(await post('scoped', { target_tag: `staging-${second}`, only_slugs: ['b'] })).toMatchObject({ status: 200 })
    expect(await shaOf('scoped', 'b')).toBe(second)
  })

  it('needs no confirm for a scoped call and touches nobody else', async () => {
    const answer = await post('scoped', { target_tag: 't', only_slugs: ['c'] })
    expect(answer.results).toMatchObject([
      { slug: 'c', phase: 'batch-1', ssm_status: 'Success', ssm_exit_code: 0, healthz_ok: true },
    ])
    expect(await shaOf('scoped', 'c')).toBe(sha)
    expect(await shaOf('scoped', 'd')).toBe(old)
  })

  it('answers a dry run with one row per target in turn order and does nothing', async () => {
    const answer = await post('canary', {
      target_tag: 'not-built-yet',
      confirm: true,
      dry_run: true,
      canary_slug: 'c',
      batch_size: 2,
    })
    expect(answer.results?.map(({ slug, phase, ssm_status }) => [slug, phase, ssm_status])).toEqual([
      ['c', 'canary', 'DryRun'],
      ['a', 'batch-1', 'DryRun'],
      ['b', 'batch-1', 'DryRun'],
      ['d', 'batch-2', 'DryRun'],
    ])
    expect(await shaOf('canary', 'a')).toBe(old)
  })

  it('ignores a canary that does not exist, and then does not soak either', async () => {
    const { given, expect: expected } = rowOf('unknown-canary-ignored')
    const startedAt = performance.now()
    const answer = await post('canary', { ...given.body, soak_seconds: 60 })
    expect(answer.status).toBe(expected.status)
    expect(answer.results?.filter(({ phase }) => phase === 'canary')).toHaveLength(expected.canary_phase_rows)
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })

  it('brings the canary alone, soaks, then the batches', async () => {
    const answer = await post('soaking', {
      target_tag: 't',
      confirm: true,
      canary_slug: 'b',
      soak_seconds: 1,
      batch_size: 2,
    })
    expect(answer.results?.map(({ slug, phase }) => `${slug} ${phase}`)).toEqual([
      'b canary',
      'a batch-1',
      'c batch-1',
      'd batch-2',
    ])
    const [call] = (await fleet.record('soaking')).filter((item) => item.kind === 'redeploy')
    const at = Object.fromEntries(
      call?.perSlug.map(({ slug, startedAt, endedAt }) => [
        slug,
        [Date.parse(startedAt ?? ''), Date.parse(endedAt ?? '')],
      ]) ?? [],
    )
    expect(at.a?.[0]).toBeGreaterThanOrEqual((at.b?.[1] ?? 0) + 990)
    expect(at.d?.[0]).toBeGreaterThanOrEqual(Math.max(at.a?.[1] ?? 0, at.c?.[1] ?? 0))
  })

  it('answers 500 with the rows when a target fails, and halts before the next batch', async () => {
    const one = rowOf('one-tenant-fails')
    await fleet.setFault('failing', 'b', 'unhealthy')
    const failing = await post('failing', {
      target_tag: 't',
      only_slugs: ['a', 'b'],
      max_stragglers: one.given.max_stragglers,
    })
    expect(failing).toMatchObject({ status: one.expect.status, ok: one.expect.ok, stragglers: ['b'] })
    expect(failing.results).toHaveLength(one.expect.rows)
    expect(failing.results?.[1]).toMatchObject({ slug: 'b', ssm_status: 'Success', healthz_ok: false })

    const halts = rowOf('failure-halts-rest')
    await fleet.setFault('halting', 'b', 'crash')
    const halted = await post('halting', {
      target_tag: 't',
      only_slugs: ['a', 'b', 'c'],
      batch_size: halts.given.batch_size,
    })
    expect(halted.ok).toBe(halts.expect.ok)
    expect(halted.results?.some(({ slug }) => slug === 'c')).toBe(halts.expect.c_has_row)
    expect(halted.results?.[1]).toMatchObject({ slug: 'b', ssm_status: 'Failed', ssm_exit_code: 7, healthz_ok: false })
    expect(await shaOf('halting', 'b')).toBe(old)
    expect(await shaOf('halting', 'c')).toBe(old)
    const [call] = (await fleet.record('halting')).filter((item) => item.kind === 'redeploy')
    expect(call?.perSlug).toMatchObject([
      { slug: 'a', action: 'replace', before: old, after: sha, outcome: 'done' },
      { slug: 'b', action: 'replace', before: old, after: old, outcome: 'failed' },
      { slug: 'c', before: old, after: old, outcome: 'not_reached' },
    ])
  })

  it('goes on inside the budget of stragglers, and names them', async () => {
    await fleet.setFault('tolerant', 'a', 'crash')
    const answer = await post('tolerant', { target_tag: 't', confirm: true, batch_size: 1, max_stragglers: 1 })
    expect(answer).toMatchObject({ status: 200, ok: true, stragglers: ['a'] })
    expect(answer.results).toHaveLength(4)
  })

  it('is there under POST and under its own path only', async () => {
    const headers = { authorization: `Bearer ${fleet.token}` }
    const url = `${fleet.url}/plain/cp/admin/tenants/redeploy-fleet`
    expect((await fetch(url, { headers })).status).toBe(405)
    expect((await fetch(`${url}/x`, { method: 'POST', headers })).status).toBe(404)
    expect((await fetch(url.replace('plain', 'nowhere'), { method: 'POST', headers })).status).toBe(404)
  })
})
