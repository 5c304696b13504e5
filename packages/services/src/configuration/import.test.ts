import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineEnvironment } from '../environments/define.ts'
import { snapshot, type TestWorld, testWorld } from '../testing/index.ts'
import { currentConfiguration } from './current.ts'
import { exportConfiguration } from './export.ts'
import { diffConfiguration, importConfiguration } from './import.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: ['acme'] })
})
afterAll(() => world.drop())

const file = `
environments:
  - name: production
    title: Production
    policy: { batch_size: 2, on_failure: halt }
  - name: staging
    control_plane: { url: https://staging.example.com/, token_env: ROLLCALL_CP_TOKEN_STAGING }
    tenants: https://{slug}.staging.example.com
    patience: { poll_seconds: 5 }
components:
  - server
  - name: infra
    title: Infrastructure
forges:
  - { name: hub, kind: github, url: https://api.github.com, token_env: ROLLCALL_FORGE_TOKEN }
registries:
  - { name: registry, url: https://registry.example.com, password_env: ROLLCALL_REGISTRY_PASSWORD }
external:
  - repo: acme/infra
    deploys:
      - name: infra
        on_update: { deploy: { workflow: deploy.yaml, permissions: { id-token: write, contents: read } } }
      - name: docs
deploys:
  docs: { tag: v<version> }
gates:
  - { name: main, contexts: [build, test], suite: e2e }
image_sets:
  - { name: product, component: server, registry: registry, images: [acme/server, acme/tenant], gate: main }
webhooks:
  - name: hub
    sender: github
    secret_envs: [ROLLCALL_HOOK_SECRET_HUB]
    updates:
      - { on: push, repo: acme/infra, ref: refs/heads/main, deploy_name: infra, environment: staging }
`

const doors = (slug: string) =>
  world.database.query(
    `select coalesce(c.slug, '') as component, f.deploys_by as by, f.control_plane_url as url, f.tenant_url_template as tenants,
       f.workflow from fleets f join environments e on e.id = f.environment_id left join components c on c.id = f.component_id
     where e.slug = $1 order by 1`,
    [slug],
  )

const yaml = async () => (await exportConfiguration(world.ctx)).yaml
const paths = (changes: { kind: string; path: string }[]) => changes.map(({ kind, path }) => `${kind} ${path}`)

describe('an import', () => {
  test('of a dry run tells what would change, and writes nothing', async () => {
    const before = await snapshot(world.database)
    const told = await importConfiguration(world.ctx, { text: file, dryRun: true })
    expect(told).toMatchObject({ dryRun: true, changed: true, leftAlone: [] })
    expect(paths(told.changes)).toEqual([
      'added environments.production.title',
      'added environments.production.policy',
      'added environments.staging',
      'added components.infra',
      'added components.docs',
      'added forges.hub',
      'added registries.registry',
      'added external.acme/infra',
      'added deploys.infra',
      'added deploys.docs',
      'added gates.main',
      'added image_sets.product',
      'added webhooks.hub',
    ])
    expect(await diffConfiguration(world.ctx, { text: file })).toMatchObject({ changes: told.changes })
    expect(await snapshot(world.database)).toEqual(before)
  })

  test('that is refused tells every problem with its line, and writes nothing', async () => {
    const before = await snapshot(world.database)
    const wrong = file.replace('gate: main', 'gate: mian').replace('batch_size: 2', 'batchsize: 2')
    const told = await importConfiguration(world.ctx, { text: wrong }).catch((error) => error)
    expect(told).toMatchObject({
      code: 'invalid',
      field: 'environments[0].policy.batchsize',
      message: 'environments[0].policy.batchsize: unknown key; did you mean "batch_size"?',
      details: [{ code: 'unknown_key', line: 5, remedy: 'Call it batch_size, or leave it out.' }],
    })
    const reference = await importConfiguration(world.ctx, { text: file.replace('gate: main', 'gate: mian') }).catch(
      (e) => e,
    )
    expect(reference.details).toEqual([
      {
        code: 'reference',
        field: 'image_sets[0].gate',
        message: 'image_sets[0].gate: there is no gate "mian"',
        remedy: 'Define it, or name one of main.',
        line: 29,
      },
    ])
    expect(await snapshot(world.database)).toEqual(before)
  })

  test('puts environments, components and fleets into their tables, and everything else in force', async () => {
    const told = await importConfiguration(world.as('jo'), { text: file })
    expect(told).toMatchObject({ dryRun: false, changed: true, notKept: [] })
    const place = { by: 'control_plane', workflow: null }
    const workflow = { forge: 'hub', repo: 'acme/infra', workflow: '.github/workflows/deploy.yaml', ref: 'main' }
    const staging = { ...place, url: 'https://staging.example.com', tenants: 'https://{slug}.staging.example.com' }
    expect(await doors('staging')).toEqual([
      { component: '', ...staging },
      { component: 'infra', by: 'workflow', url: null, tenants: null, workflow },
    ])
    expect(await doors('production')).toMatchObject([
      { component: '', url: 'http://127.0.0.1:9/production' },
      { component: 'infra', by: 'workflow', workflow },
    ])
    const inForce = await currentConfiguration(world.store.db)
    expect(inForce.deploys).toMatchObject({ infra: { component: 'infra', forge: 'hub' }, docs: { tag: 'v<version>' } })
    expect(inForce.imageSets[0]).toMatchObject({ sourceTag: 'staging-<sha7>', automatic: true, staleAfterHours: 24 })
    const staged = await world.store.db.environment.findUniqueOrThrow({ where: { slug: 'staging' } })
    expect(staged).toMatchObject({ position: 1, pollSeconds: 5, settleBudgetSeconds: 240 })
    const targets = await world.database.query(`select t.slug from targets t join fleets f on f.id = t.fleet_id
      where f.environment_id = '${staged.id}'`)
    expect(targets).toEqual([{ slug: 'infra' }])
    const audited = await world.database.query(`select actor, action from audit where actor = 'jo' order by id`)
    expect(audited.map(({ action }) => action)).toEqual([
      'environment.define',
      'environment.define',
      'component.define',
      'component.define',
      'fleet.define',
      'fleet.define',
      'secret.bind',
      'secret.bind',
      'secret.bind',
      'configuration.import',
    ])
    const sweeps = await world.database.query(
      `select singleton_key as fleet from pgboss.job where name = 'fleet.sweep'`,
    )
    expect(sweeps.map(({ fleet }) => fleet)).toContain(staged.id)
  })

  test('of the same again changes nothing, to the last row', async () => {
    const before = await snapshot(world.database)
    expect(await importConfiguration(world.ctx, { text: file })).toMatchObject({ changed: false, changes: [] })
    expect(await importConfiguration(world.ctx, { text: await yaml() })).toMatchObject({ changed: false, changes: [] })
    const asJson = JSON.stringify((await import('yaml')).parse(await yaml()))
    expect(await importConfiguration(world.ctx, { text: asJson })).toMatchObject({ changed: false })
    expect(await snapshot(world.database)).toEqual(before)
  })

  test('leaves alone what it does not name, and says so', async () => {
    const told = await importConfiguration(world.ctx, { text: 'environments: [staging, production]\n' })
    expect(told.leftAlone.map(({ field }) => field)).toEqual([
      'components.server',
      'components.infra',
      'components.docs',
    ])
    expect(paths(told.changes)).toEqual([
      'changed environments',
      'removed environments.production.policy',
      'removed forges.hub',
      'removed registries.registry',
      'removed external.acme/infra',
      'removed deploys.infra',
      'removed deploys.docs',
      'removed gates.main',
      'removed image_sets.product',
      'removed webhooks.hub',
    ])
    const environments = await world.store.db.environment.findMany({ orderBy: { position: 'asc' } })
    expect(environments.map(({ slug, name }) => [slug, name])).toEqual([
      ['staging', 'staging'],
      ['production', 'Production'],
    ])
    expect(await doors('staging')).toMatchObject([
      { component: '', url: 'https://staging.example.com' },
      // nothing brings it any more
      { component: 'infra', by: 'control_plane', workflow: null },
    ])
    await importConfiguration(world.ctx, { text: file })
  })

  test('keeps a fleet of a component that the file no longer names, and says so', async () => {
    const door = '{ control_plane: { url: https://docs.example.com, token_env: ROLLCALL_CP_TOKEN_DOCS } }'
    const fleet = door.replace('{ ', '{ environment: staging, ')
    const listed = file.replace(
      '    title: Infrastructure\n',
      `    title: Infrastructure\n  - { name: docs, fleets: [${fleet}] }\n`,
    )
    await importConfiguration(world.ctx, { text: listed })
    expect(await doors('staging')).toContainEqual(
      expect.objectContaining({ component: 'docs', url: 'https://docs.example.com' }),
    )
    const told = await importConfiguration(world.ctx, { text: file })
    expect(told).toMatchObject({ changed: false, leftAlone: [{ field: 'components.docs.fleets.staging' }] })
  })

  test('of a manifest that is a repository keeps what is known here', async () => {
    const told = await importConfiguration(world.ctx, {
      text: 'environments: [production]\nexternal: [{ repo: acme/infra, deploys: [{ name: infra }] }]\nbuilds: [api]\nstate: { production: { sha: a } }\n',
      dryRun: true,
    })
    expect(told.notKept).toEqual(['builds', 'state'])
    expect(told.changes.some(({ path }) => path.startsWith('components'))).toBe(false)
  })

  test('on another base than what runs is refused', async () => {
    const { hash, yaml: text } = await exportConfiguration(world.ctx)
    const door = { controlPlaneUrl: 'https://cp.example.com', controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_X' }
    await defineEnvironment(world.ctx, { slug: 'canary', ...door, tenantUrlTemplate: 'https://{slug}.example.com' })
    await expect(importConfiguration(world.ctx, { text, baseHash: hash })).rejects.toMatchObject({ code: 'conflict' })
    const now = await exportConfiguration(world.ctx)
    expect(now.yaml).toContain('name: canary')
    expect(await importConfiguration(world.ctx, { text: now.yaml, baseHash: now.hash })).toMatchObject({
      changed: false,
    })
  })

  test('several at once are one after the other', async () => {
    const texts = Array.from(
      { length: 6 },
      (_, i) => `forges: [{ name: f${i}, kind: gitea, url: 'https://git.example.com' }]`,
    )
    await Promise.all([...texts, ...texts].map((text) => importConfiguration(world.ctx, { text })))
    const { document } = await world.store.db.configuration.findFirstOrThrow({ orderBy: { id: 'desc' } })
    expect((document as { forges: unknown[] }).forges).toHaveLength(1)
  })
})

test('law 14: a secret that was written where a name belongs is not repeated', async () => {
  const secret = 'ghp_planted0123456789'
  const text = `forges: [{ name: a, kind: github, url: 'https://x:${secret}@example.com', token_env: ${secret} }]`
  const told = await importConfiguration(world.ctx, { text }).catch((error) => error)
  expect(told.details.map(({ field }: { field: string }) => field)).toEqual(['forges[0].url', 'forges[0].token_env'])
  expect(JSON.stringify([told.message, told.details])).not.toContain(secret)
})
