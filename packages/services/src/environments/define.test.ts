import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineComponent, listComponents } from '../components/define.ts'
import { listEnvironments } from '../reads/environments.ts'
import { snapshot, type TestWorld, testWorld } from '../testing/index.ts'
import { defineEnvironment } from './define.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const places = {
  controlPlaneUrl: 'https://cp.example.com/base//',
  controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_EU',
  tenantUrlTemplate: 'https://{slug}.example.com/',
}

test('an environment is made known, changed where something is said, and left as it was where not', async () => {
  const made = await defineEnvironment(world.as('jo'), {
    slug: 'eu',
    name: 'Europe',
    ...places,
    settleBudgetSeconds: 100,
  })
  expect(made).toMatchObject({
    slug: 'eu',
    name: 'Europe',
    controlPlaneUrl: 'https://cp.example.com/base',
    tenantUrlTemplate: 'https://{slug}.example.com',
    settleBudgetSeconds: 100,
    pollSeconds: 20,
    targets: 0,
    created: true,
  })
  const changed = await defineEnvironment(world.as('ana'), { slug: 'eu', ...places, pollSeconds: 0.5 })
  expect(changed).toMatchObject({ name: 'Europe', settleBudgetSeconds: 100, pollSeconds: 0.5, created: false })
  const { id } = await world.store.db.environment.findUniqueOrThrow({ where: { slug: 'eu' } })
  const audited = await world.store.db.auditEntry.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } })
  expect(audited.map(({ actor, action }) => [actor, action])).toEqual([
    ['jo', 'environment.define'],
    ['ana', 'environment.define'],
  ])
})

test('law 14: no token is stored, told or audited, only the name of the variable that holds it', async () => {
  const made = await defineEnvironment(world.ctx, { slug: 'us', ...places })
  expect(JSON.stringify(made)).not.toContain('TOKEN')
  const columns = await world.database.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'public' and column_name ~ 'token|secret|password'`,
  )
  // the token of an attempt or a promotion fences writes; it opens nothing. Of a password, there is the hash; tokens of
  // the provider are not kept; that of a session is worth nothing without the signature of its cookie.
  expect(columns.map(({ name }) => name).toSorted()).toEqual([
    'accounts.access_token',
    'accounts.access_token_expires_at',
    'accounts.id_token',
    'accounts.password',
    'accounts.refresh_token',
    'accounts.refresh_token_expires_at',
    'attempts.token',
    'fleets.control_plane_token_env',
    'promotions.token',
    'sessions.token',
    // names, and nothing else
    'worker_heartbeats.secret_names',
  ])
})

test('environments come in the order in which they were made known, however many are at it at once', async () => {
  const slugs = Array.from({ length: 8 }, (_, i) => `many-${i}`)
  await Promise.all([...slugs, ...slugs].map((slug) => defineEnvironment(world.ctx, { slug, ...places })))
  const listed = await listEnvironments(world.ctx)
  expect(
    listed
      .map(({ slug }) => slug)
      .filter((slug) => slug.startsWith('many-'))
      .toSorted(),
  ).toEqual(slugs)
  expect(listed[0]?.slug).toBe('production')
  expect(await listEnvironments(world.ctx)).toEqual(listed)
})

test('a component is made known, renamed, and left alone when it is known by that name', async () => {
  world.clock.pass(1)
  expect(await defineComponent(world.ctx, { slug: 'infra' })).toEqual({ slug: 'infra', name: 'infra', created: true })
  expect(await defineComponent(world.ctx, { slug: 'infra', name: 'Infra' })).toMatchObject({
    name: 'Infra',
    created: false,
  })
  const before = await snapshot(world.database)
  expect(await defineComponent(world.ctx, { slug: 'infra' })).toMatchObject({ name: 'Infra', created: false })
  expect(await snapshot(world.database)).toEqual(before)
  world.clock.pass(1)
  const answers = await Promise.all(Array.from({ length: 10 }, () => defineComponent(world.ctx, { slug: 'twice' })))
  expect(new Set(answers.map(({ slug }) => slug))).toEqual(new Set(['twice']))
  expect((await listComponents(world.ctx)).map(({ slug }) => slug)).toEqual(['server', 'infra', 'twice'])
})
