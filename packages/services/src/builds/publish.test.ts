import { afterAll, beforeAll, expect, test } from 'vitest'
import { snapshot, type TestWorld, testWorld } from '../testing/index.ts'
import { publishBuild } from './publish.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

let n = 100
const sha = () => (n++).toString(16).padStart(40, '0')
const build = <M extends object>(more = {} as M) => ({
  component: 'server',
  sha: sha(),
  branch: 'main',
  tag: 't1',
  ...more,
})
const stored = (id: string) => world.store.db.build.findUniqueOrThrow({ where: { id } })

test('a build is made known once, with who did it; the second time it is the first one that is answered', async () => {
  const given = build({ sha: 'ABCDEF'.padEnd(40, '0'), images: { api: `sha256:${'0'.repeat(64)}` } })
  const first = await publishBuild(world.as('ci'), given)
  expect(first).toMatchObject({ sha: given.sha.toLowerCase(), tag: 't1', created: true })
  expect(await stored(first.id)).toMatchObject({ publishedBy: 'ci', images: given.images })
  const before = await snapshot(world.database)
  expect(await publishBuild(world.as('somebody else'), given)).toEqual({ ...first, created: false })
  expect(await snapshot(world.database)).toEqual(before)
  const audited = await world.store.db.auditEntry.findMany({ where: { subjectId: first.id } })
  expect(audited).toMatchObject([{ actor: 'ci', action: 'build.publish', detail: { component: 'server', tag: 't1' } }])
})

test('twenty that publish one build at once publish it once', async () => {
  const given = build()
  const answers = await Promise.all(Array.from({ length: 20 }, () => publishBuild(world.ctx, given)))
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
  expect(answers.filter(({ created }) => created)).toHaveLength(1)
})

test('a build is ordered by when it was committed, or published where that is not said', async () => {
  const committedAt = '2026-01-31T12:00:00+02:00'
  const dated = await publishBuild(world.ctx, build({ committedAt }))
  expect(dated.orderedAt).toBe('2026-01-31T10:00:00.000Z')
  const undated = await publishBuild(world.ctx, build())
  expect(undated).toMatchObject({ orderedAt: undated.publishedAt, publishedAt: world.clock.now.toISOString() })
})

test.each(['tag', 'branch'])('the same commit under another %s is refused, and nothing changes', async (field) => {
  const given = build()
  await publishBuild(world.ctx, given)
  const before = await snapshot(world.database)
  await expect(publishBuild(world.ctx, { ...given, [field]: 'another' })).rejects.toMatchObject({
    code: 'conflict',
    field,
    remedy: expect.stringContaining(field),
  })
  expect(await snapshot(world.database)).toEqual(before)
})

test('a build of a component that nobody made known is refused', async () => {
  await expect(publishBuild(world.ctx, build({ component: 'nothing' }))).rejects.toMatchObject({
    code: 'not_found',
    field: 'component',
    remedy: expect.stringContaining('PUT /api/v1/components/nothing'),
  })
})
