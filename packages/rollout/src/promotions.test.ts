import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { OrderedBuild } from './order.ts'
import {
  type CurrentImage,
  commitOrders,
  derivePromotionState,
  type ImageReading,
  judgePrecheck,
  locksItsSet,
  nextPromotionStep,
  nothingSeen,
  orderOfSet,
  orderPrecedence,
  type PromotionFacts,
  precheckPrecedence,
  promotionActions,
  promotionBecause,
  promotionHeadline,
  promotionStatePrecedence,
  promotionVerbs,
  promotionWalk,
  repairLines,
} from './promotions.ts'
import {
  PromotionSimulation,
  promotionFacts,
  promotionMove,
  type RequestFate,
  requestFates,
} from './testing/promotions.ts'

const at = new Date('2026-03-01T12:00:00Z')
const anyFate = fc.constantFrom<RequestFate>(...requestFates)
/** Anything, or a registry that works for a while and then for a long time does not. */
const anyFates = fc.oneof(
  fc.array(anyFate, { maxLength: 60 }),
  fc
    .tuple(fc.nat(12), anyFate, fc.nat(40))
    .map(([well, fate, ill]) => [
      ...Array.from({ length: well }, (): RequestFate => 'works'),
      fate,
      ...Array.from({ length: ill }, (): RequestFate => 'fails'),
    ]),
)
const anyBefore = fc.constantFrom('other', 'absent', 'same')
const around = { later: null, tornBy: null }

/** Anything that a journal can hold when a driver takes it up, and tags that fit to it or do not. */
const anyJournal = fc
  .array(
    fc.record({
      before: anyBefore,
      intended: fc.boolean(),
      moved: fc.boolean(),
      verified: fc.boolean(),
      restored: fc.boolean(),
      tag: fc.constantFrom('new', 'before', 'foreign'),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      compensating: fc.boolean(),
      verifying: fc.boolean(),
      fates: anyFates,
    }),
  )
  .map(({ rows, compensating, verifying, fates }) => {
    const moves = rows.map(({ before, intended, moved, verified, restored }, position) =>
      promotionMove(position, {
        previousDigest: before === 'absent' ? null : before === 'same' ? `new-${position}` : `before-${position}`,
        intendedAt: intended ? at : null,
        movedAt: intended && moved ? at : null,
        verifiedAt: verifying && intended && moved && verified ? at : null,
        restoredAt: compensating && intended && restored ? at : null,
      }),
    )
    const any = rows.some(({ intended }) => intended)
    const facts = promotionFacts(moves, {
      movingAt: any ? at : null,
      verifyingAt: verifying && any ? at : null,
      compensatingAt: compensating && any ? at : null,
      failure: compensating && any ? { rule: 'write_failed', message: 'It failed.', remedy: 'Again.' } : null,
    })
    const tags = rows.map(({ tag }, position) => {
      const move = moves[position]
      // nobody but a promotion brings its digests
      const isNew = tag === 'new' && move?.intendedAt !== null
      return isNew ? `new-${position}` : tag === 'foreign' ? `foreign-${position}` : (move?.previousDigest ?? null)
    })
    return { facts, tags, fates }
  })

function endedWell({ facts, tags, foreign, overwritten }: PromotionSimulation) {
  const state = derivePromotionState(facts)
  expect(['done', 'undone', 'torn']).toContain(state)
  const changed = facts.moves
    .map((move, position) => ({ move, tag: tags[position] }))
    .filter(({ move }) => move.sourceDigest !== move.previousDigest)
  const fresh = changed.filter(({ move, tag }) => tag === move.sourceDigest)
  const isMixed = fresh.length > 0 && facts.moves.some((move, position) => tags[position] !== move.sourceDigest)
  if (isMixed) expect(state).toBe('torn')
  if (state === 'done')
    for (const [position, move] of facts.moves.entries()) expect(tags[position]).toBe(move.sourceDigest)
  if (state === 'undone') expect(fresh).toEqual([])
  expect(overwritten).toEqual([])
  for (const [position, digest] of foreign) expect(tags[position]).toBe(digest)
}

describe('a promotion', () => {
  it('ends done, undone or torn, never mixed without torn, and leaves the moves of others alone, whatever the registry answers', () => {
    const ends = new Set<string>()
    fc.assert(
      fc.property(fc.array(anyBefore, { minLength: 1, maxLength: 4 }), anyFates, (befores, fates) => {
        const moves = befores.map((before, position) =>
          promotionMove(position, {
            previousDigest: before === 'absent' ? null : before === 'same' ? `new-${position}` : `before-${position}`,
          }),
        )
        const world = new PromotionSimulation(
          promotionFacts(moves),
          moves.map(({ previousDigest }) => previousDigest),
          fates,
        )
        world.run()
        endedWell(world)
        ends.add(derivePromotionState(world.facts))
      }),
      { numRuns: 3_000 },
    )
    expect([...ends].sort()).toEqual(['done', 'torn', 'undone'])
  })

  it('ends so from any journal that a dead driver can have left behind', () => {
    fc.assert(
      fc.property(anyJournal, ({ facts, tags, fates }) => {
        const world = new PromotionSimulation(facts, tags, fates)
        world.run()
        const state = derivePromotionState(world.facts)
        const fresh = world.facts.moves.map((move, position) => world.tags[position] === move.sourceDigest)
        const changed = world.facts.moves.map((move) => move.sourceDigest !== move.previousDigest)
        if (fresh.some((is, position) => is && changed[position]) && fresh.some((is) => !is)) expect(state).toBe('torn')
        expect(['done', 'undone', 'torn']).toContain(state)
        expect(world.overwritten).toEqual([])
        // what was at something foreign when the driver came is still there
        for (const [position, tag] of tags.entries())
          if (tag?.startsWith('foreign')) expect(world.tags[position]).toMatch(/^foreign/)
      }),
      { numRuns: 3_000 },
    )
  })

  it('that nothing interferes with is done, without looking at a tag before its move', () => {
    const moves = [promotionMove(0), promotionMove(1)]
    const world = new PromotionSimulation(promotionFacts(moves), ['before-0', 'before-1'], [])
    world.run()
    expect(derivePromotionState(world.facts)).toBe('done')
    expect(world.steps).toEqual([
      ...['move', 'record_moved', 'move', 'record_moved', 'begin_verifying'],
      ...['look', 'record_verified', 'look', 'record_verified', 'end'],
    ])
  })

  it('locks its set when it is torn, and only then', () => {
    fc.assert(
      fc.property(anyJournal, ({ facts, tags, fates }) => {
        const world = new PromotionSimulation(facts, tags, fates)
        world.run()
        expect(locksItsSet(world.facts)).toBe(derivePromotionState(world.facts) === 'torn')
        expect(
          repairLines(world.facts, { url: 'https://r.test', usernameEnv: null, passwordEnv: null }).length > 0,
        ).toBe(locksItsSet(world.facts))
      }),
      { numRuns: 500 },
    )
  })

  it('takes no step after its end, and only looks at what an earlier driver may have written', () => {
    expect(nextPromotionStep(promotionFacts([promotionMove(0)], { endedAt: at }), nothingSeen)).toEqual({
      do: 'nothing',
    })
    const intended = promotionFacts([promotionMove(0, { intendedAt: at })], { movingAt: at })
    expect(nextPromotionStep(intended, nothingSeen)).toEqual({ do: 'look', position: 0, stage: 'moving' })
  })
})

describe('law 12: a refused action says why, and what would make it possible', () => {
  it('for every verb of every promotion, and each has a headline', () => {
    fc.assert(
      fc.property(anyJournal, fc.boolean(), ({ facts, tags, fates }, run) => {
        const world = new PromotionSimulation(facts, tags, fates)
        if (run) world.run()
        const actions = promotionActions(world.facts, around)
        for (const verb of promotionVerbs) {
          const answer = actions[verb]
          if (answer.allowed) continue
          expect(answer.why).toMatch(/^[A-Z].*\.$/)
          expect(answer.unblock).toMatch(/^[A-Z].*\.$/)
        }
        expect(promotionHeadline(world.facts)).toMatch(/^\S.*\.$/)
        expect(promotionBecause(world.facts).every((text) => text.length > 0)).toBe(true)
        if (derivePromotionState(world.facts) === 'torn') expect(actions.repair.allowed).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the order of commits', () => {
  const build = (sha: string, hours: number, branch = 'main'): OrderedBuild => {
    const time = new Date(at.getTime() + hours * 3_600_000)
    return { sha: sha.repeat(40), branch, orderedAt: time, publishedAt: time }
  }
  const image = (revision: string | null, more: Partial<CurrentImage> = {}): CurrentImage => ({
    repository: 'demo/tenant',
    exists: true,
    revision,
    unlabelled: revision === null,
    because: revision === null ? 'the image has no label' : null,
    build: null,
    ...more,
  })
  const [a, b, c] = [build('a', 1), build('b', 2), build('c', 3)]

  it.each([
    ['ahead of an older build', b, [image(a.sha, { build: a })], 'ahead'],
    ['identical to itself', b, [image(b.sha, { build: b })], 'identical'],
    ['identical to itself by a short label', b, [image(b.sha.slice(0, 7))], 'identical'],
    ['behind a newer build', b, [image(c.sha, { build: c })], 'behind'],
    ['diverged from another branch', b, [image(a.sha, { build: build('a', 1, 'hotfix') })], 'diverged'],
    ['unknown where the tag is a commit that nobody published', b, [image(a.sha)], 'unknown'],
    ['unknown without a label', b, [image(null)], 'unknown'],
    ['ahead where there is no tag yet', b, [image(null, { exists: false, unlabelled: false })], 'ahead'],
    ['behind when only one image is', b, [image(a.sha, { build: a }), image(c.sha, { build: c })], 'behind'],
    ['ahead when one is there already', b, [image(b.sha, { build: b }), image(a.sha, { build: a })], 'ahead'],
    [
      'diverged before anything else',
      b,
      [image(c.sha, { build: c }), image(a.sha, { build: build('a', 1, 'x') })],
      'diverged',
    ],
  ] as const)('is %s', (_, own, images, order) => {
    expect(orderOfSet(own.sha, own, images)).toMatchObject({ order })
  })

  it('is unlabelled only when nothing but labels is missing', () => {
    expect(orderOfSet(b.sha, b, [image(null), image(a.sha, { build: a })]).unlabelled).toBe(true)
    expect(orderOfSet(b.sha, b, [image(null), image(a.sha)]).unlabelled).toBe(false)
  })

  it('has a place for every answer', () => {
    expect([...orderPrecedence].sort()).toEqual([...commitOrders].sort())
  })

  const reading = (more: Partial<ImageReading> = {}): ImageReading => ({
    repository: 'demo/tenant',
    source: { state: 'found', digest: 'new', mediaType: 'm', revision: b.sha },
    destination: { state: 'found', digest: 'old', revision: a.sha, because: null, unlabelled: false },
    ...more,
  })
  const check = (readings: ImageReading[], more = {}) =>
    judgePrecheck({
      sha: b.sha,
      trigger: 'manual',
      sourceTags: readings.map(() => 'staging-bbbbbbb'),
      destinationTag: 'latest',
      build: b,
      publishedDigests: {},
      readings,
      buildOf: (revision) => [a, b, c].find(({ sha }) => sha === revision) ?? null,
      passesOrder: false,
      expected: null,
      ...more,
    })
  const found = (revision: string | null, unlabelled = false) =>
    ({ state: 'found', digest: 'old', revision, because: 'why', unlabelled }) as const

  it.each([
    ['goes', [reading()], {}, null],
    ['is refused for an empty set', [], {}, 'nothing_to_promote'],
    [
      'is refused where a source is missing',
      [reading(), reading({ source: { state: 'missing', message: '' } })],
      {},
      'source_missing',
    ],
    [
      'is refused where a tag cannot be read',
      [reading({ destination: { state: 'unreadable', message: 'no' } })],
      {},
      'registry_unreadable',
    ],
    [
      'is refused where the registry does not let us in',
      [reading({ source: { state: 'refused', message: 'no' } })],
      {},
      'registry_refused',
    ],
    [
      'is refused for a namesake',
      [reading({ source: { state: 'found', digest: 'new', mediaType: 'm', revision: c.sha } })],
      {},
      'source_mismatch',
    ],
    [
      'is refused for another digest than was published',
      [reading()],
      { publishedDigests: { 'demo/tenant': 'x' } },
      'source_mismatch',
    ],
    ['is refused backwards', [reading({ destination: found(c.sha) })], {}, 'behind'],
    ['goes backwards when a person decides so', [reading({ destination: found(c.sha) })], { passesOrder: true }, null],
    ['is refused for an unknown order', [reading({ destination: found('d'.repeat(40)) })], {}, 'order_unknown'],
    ['goes without a label', [reading({ destination: found(null, true) })], {}, null],
    ['is refused where the labels contradict', [reading({ destination: found(null, false) })], {}, 'order_unknown'],
    [
      'is refused as an undo of what was moved since',
      [reading()],
      { trigger: 'undo', expected: ['other'] },
      'undo_overtaken',
    ],
    ['goes as an undo of what stands there', [reading()], { trigger: 'undo', expected: ['old'] }, null],
  ] as const)('%s', (_, readings, more, rule) => {
    expect(check([...readings], more).failure?.rule ?? null).toBe(rule)
  })

  it('warns where nobody could check', () => {
    expect(check([reading({ destination: found(null, true) })]).warnings).toHaveLength(1)
    expect(check([reading()]).warnings).toEqual([])
  })
})

test('repair lines name variables, never secrets, and put back what was there before', () => {
  const facts: PromotionFacts = promotionFacts(
    [
      promotionMove(0, { intendedAt: at, observedAt: at, observedDigest: 'new-0' }),
      promotionMove(1, { intendedAt: at }),
      promotionMove(2, { observedAt: at, observedDigest: 'before-2' }),
    ],
    { movingAt: at, endedAt: at },
  )
  const lines = repairLines(facts, {
    url: 'https://r.test',
    usernameEnv: 'ROLLCALL_REGISTRY_USER',
    passwordEnv: 'ROLLCALL_REGISTRY_PASSWORD',
  })
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain('-u "$ROLLCALL_REGISTRY_USER:$ROLLCALL_REGISTRY_PASSWORD"')
  expect(lines[1]).toContain('"https://r.test/v2/demo/image-0/manifests/before-0"')
  expect(lines[1]).toContain('"https://r.test/v2/demo/image-0/manifests/latest"')
  expect(promotionHeadline(facts)).toMatch(
    /^Torn: demo\/image-0:latest is new and could not be put back; nobody knows where demo\/image-1:latest is\./,
  )
})

test('the README prints the precedences of promotions as they are', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const printed = (title: string) => {
    const section = readme.split(`### ${title}\n`)[1]?.split('\n#')[0] ?? ''
    return [...section.matchAll(/^\d+\. `([a-z_]+)`/gm)].map(([, rule]) => rule)
  }
  expect(printed('Promotion state')).toEqual(promotionStatePrecedence)
  expect(printed('Walk of a promotion')).toEqual(promotionWalk)
  expect(printed('Precheck of a promotion')).toEqual(precheckPrecedence)
  expect(printed('Order of a set')).toEqual(orderPrecedence)
})
