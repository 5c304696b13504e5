import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DemoFleet, repeatedRedeploys, startDemoFleet } from './testing/index.ts'

const old = 'b'.repeat(40)
const sha = 'a'.repeat(40)

describe('the switches of the box', () => {
  let fleet: DemoFleet
  beforeAll(async () => {
    fleet = await startDemoFleet({ light: { staging: [{ slug: 'a', sha: old }, 'b'], production: 3 } })
  })
  afterAll(() => fleet.close())

  const buildinfo = (slug: string) =>
    fetch(fleet.env('staging').tenantUrlTemplate.replace('{slug}', slug).concat('/buildinfo'))
  const redeploy = (body: object) => fleet.admin('POST', '/staging/cp/admin/tenants/redeploy-fleet', body)

  it('all need the token', async () => {
    const paths = [
      '/admin/environments',
      '/staging/admin/record',
      '/staging/admin/tenants',
      '/staging/admin/images',
      '/staging/admin/faults/a',
    ]
    for (const path of paths) {
      expect((await fetch(fleet.url + path)).status, path).toBe(401)
      expect((await fetch(fleet.url + path, { headers: { authorization: 'Bearer nope' } })).status, path).toBe(401)
    }
    for (const method of ['PUT', 'DELETE'])
      expect((await fetch(`${fleet.url}/staging/admin/faults/a`, { method })).status).toBe(401)
  })

  it('list environments and tenants', async () => {
    expect(await fleet.admin('GET', '/admin/environments')).toEqual({
      items: [
        { name: 'staging', light: true, total: 2 },
        { name: 'production', light: true, total: 3 },
      ],
      registry: false,
      forge: false,
    })
    expect(await fleet.tenants('staging')).toMatchObject([
      { slug: 'a', state: 'running', sha: old, fault: null },
      { slug: 'b', state: 'nothing', sha: null, fault: null },
    ])
    expect((await fleet.tenants('production')).map(({ slug }) => slug)).toEqual(['t-00001', 't-00002', 't-00003'])
    expect(await fleet.admin('GET', '/production/admin/tenants?limit=1&offset=1')).toMatchObject({
      total: 3,
      items: [{ slug: 't-00002' }],
    })
  })

  it('change the fleet: a new tenant comes last, a removed one is nobody', async () => {
    await fleet.addTenant('staging', 'new', sha)
    expect((await fleet.tenants('staging')).map(({ slug }) => slug)).toEqual(['a', 'b', 'new'])
    expect(await (await buildinfo('new')).json()).toMatchObject({ git_sha: sha, slug: 'new' })
    await expect(fleet.addTenant('staging', 'new')).rejects.toThrow(/409/)
    await fleet.removeTenant('staging', 'new')
    expect((await buildinfo('new')).status).toBe(404)
    await expect(fleet.removeTenant('staging', 'new')).rejects.toThrow(/404/)
    await expect(redeploy({ target_tag: sha, only_slugs: ['new'] })).rejects.toThrow(/no tenant/)
  })

  it.each([
    ['POST', '/staging/admin/tenants', { slug: 'No Slug' }],
    ['POST', '/staging/admin/tenants', { slug: 'c', sha: 'short' }],
    ['PUT', '/staging/admin/images/t', { sha: 'short' }],
    ['PUT', '/staging/admin/images/a%20b', { sha }],
    ['PUT', '/staging/admin/faults/a', { fault: 'tired' }],
    ['PUT', '/staging/admin/faults/a', { fault: 'crash', times: 0 }],
    ['PUT', '/staging/admin/faults/a', undefined],
  ])('refuse %s %s %j', async (method, path, body) => {
    await expect(fleet.admin(method, path, body)).rejects.toThrow(/ 400 /)
  })

  it.each([
    ['GET', '/staging/admin/nothing'],
    ['GET', '/staging/admin/tenants/a/b'],
    ['PUT', '/staging/admin/faults/ghost'],
    ['GET', '/nowhere/admin/tenants'],
  ])('do not know %s %s', async (method, path) => {
    await expect(fleet.admin(method, path, method === 'PUT' ? { fault: 'crash' } : undefined)).rejects.toThrow(/ 404 /)
  })

  it('teach the box a moving tag', async () => {
    await fleet.putImage('staging', 'staging-latest', old)
    await fleet.putImage('staging', 'staging-latest', sha)
    expect(await fleet.admin('GET', '/staging/admin/images')).toEqual({ items: [{ tag: 'staging-latest', sha }] })
    await redeploy({ target_tag: 'staging-latest', only_slugs: ['b'] })
    expect((await fleet.tenants('staging'))[1]).toMatchObject({ sha })
  })

  it('record what was asked, what was done and when a build was first seen', async () => {
    const from = Math.max(...(await fleet.record('staging')).map(({ seq }) => seq))
    await buildinfo('a')
    await buildinfo('a')
    await redeploy({ target_tag: sha, only_slugs: ['a'] })
    await buildinfo('a')
    await redeploy({ target_tag: sha, confirm: true, dry_run: true })
    const items = await fleet.record('staging', from)
    expect(items).toMatchObject([
      { env: 'staging', kind: 'served', slug: 'a', sha: old },
      { kind: 'received', slugs: ['a'], tag: sha, sha },
      {
        kind: 'redeploy',
        slugs: ['a'],
        tag: sha,
        sha,
        dryRun: false,
        status: 200,
        perSlug: [{ slug: 'a', action: 'replace', before: old, after: sha, outcome: 'done' }],
      },
      { kind: 'served', slug: 'a', sha },
      { kind: 'redeploy', slugs: null, dryRun: true, status: 200, perSlug: [] },
    ])
    expect(items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5].map((step) => from + step))
    expect(repeatedRedeploys(items)).toEqual([])
    // Asked again although it was seen there: nothing is done, and the record shows that it was asked.
    await redeploy({ target_tag: sha, only_slugs: ['a'] })
    const all = await fleet.record('staging', from)
    expect(all.at(-1)).toMatchObject({
      kind: 'redeploy',
      perSlug: [{ action: 'none', before: sha, after: sha, outcome: 'done' }],
    })
    expect(repeatedRedeploys(all)).toMatchObject([{ slug: 'a', sha }])
    const since = new Date(items[3]?.at ?? '')
    expect((await fleet.record('staging', since)).every(({ at }) => at >= since.toISOString())).toBe(true)
  })

  it('have a page without data, without foreign scripts and without a token in it', async () => {
    const response = await fetch(fleet.url)
    const html = await response.text()
    expect(response.headers.get('content-type')).toMatch(/text\/html/)
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    expect(html).not.toContain(fleet.token)
    expect(html).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|https?:\/\//)
  })

  it('never hand the token to a tenant', async () => {
    const response = await fetch(fleet.env('staging').tenantUrlTemplate.replace('{slug}', 'a'), {
      headers: { authorization: `Bearer ${fleet.token}` },
    })
    expect(await response.text()).not.toContain(fleet.token)
  })
})
