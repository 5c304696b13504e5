import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  chooseTrust,
  fitsPattern,
  isSameSubject,
  mismatchesOf,
  pipelineName,
  policyProblem,
  tellingClaims,
} from './ci-claims.ts'
import { forgeOfIssuer } from './ci-forges.ts'

const github = 'https://token.actions.githubusercontent.com'
const gitlab = 'https://gitlab.com'
const gitea = 'https://git.example.com/api/actions'
const other = 'https://ci.example.com'

test.each([
  [github, 'github'],
  [`${github}/acme`, 'github'],
  ['https://token.actions.acme.ghe.com', 'github'],
  ['https://github.acme.example/_services/token', 'github'],
  [gitlab, 'gitlab'],
  [gitea, 'gitea'],
  [other, null],
  [`${github}.evil.example`, null],
  ['https://evil.example/https://gitlab.com', null],
  ['https://gitlab.com.evil.example', null],
])('%s is an issuer of %s', (issuer, forge) => expect(forgeOfIssuer(issuer)).toBe(forge))

describe('a policy', () => {
  test.each<[string, Record<string, string>]>([
    [github, { repository_id: '123' }],
    [github, { repository_id: '123', ref: 'refs/heads/*', environment: 'production', event_name: 'push' }],
    [gitlab, { project_id: '7', ref_protected: 'true', ci_config_ref_uri: 'gitlab.com/acme/app//.gitlab-ci.yml@*' }],
    [gitea, { repository_id: '4', ref: 'refs/tags/v*' }],
    [other, { sub: 'pipeline:42' }],
    [other, { project_id: 'b6a1', stage: 'deploy*' }],
  ])('of %s can be %j', (issuer, policy) => expect(policyProblem(issuer, policy)).toBeNull())

  test.each<[string, Record<string, string>, string | null, RegExp]>([
    [github, {}, null, /must pin repository_id/],
    [github, { repository: 'acme/app' }, null, /a name can be taken over/],
    [github, { sub: 'repo:acme/app:ref:refs/heads/main' }, null, /must pin repository_id/],
    [github, { repository_id: '12*' }, 'repository_id', /must be given exactly/],
    [github, { repository_id: '*' }, 'repository_id', /must be given exactly/],
    [github, { repository_id: 'acme/app' }, 'repository_id', /must be the number/],
    [github, { repository_id: '1', project_path: 'acme' }, 'project_path', /is no claim of this issuer/],
    [github, { repository_id: '1', repository_owner_id: '7*' }, 'repository_owner_id', /must be given exactly/],
    [github, { repository_id: '1', ref: '' }, 'ref', /must not be empty/],
    [gitlab, { repository_id: '1' }, 'repository_id', /is no claim of this issuer/],
    [gitlab, { project_path: 'acme/app' }, null, /must pin project_id/],
    [gitlab, { project_id: '1', aud: 'x' }, 'aud', /is looked at in every proof/],
    [other, { stage: 'deploy' }, null, /one of repository_id, project_id, sub/],
    [other, { sub: 'pipeline:*' }, 'sub', /must be given exactly/],
    [other, { sub: 'x', iss: other }, 'iss', /is looked at in every proof/],
  ])('of %s cannot be %j', (issuer, policy, claim, message) => {
    const problem = policyProblem(issuer, policy)
    expect(problem?.claim).toBe(claim)
    expect(problem?.message).toMatch(message)
  })
})

describe('a pattern', () => {
  test.each<[string, string, boolean]>([
    ['refs/heads/main', 'refs/heads/main', true],
    ['refs/heads/main', 'refs/heads/Main', false],
    ['refs/heads/main', 'refs/heads/main2', false],
    ['refs/heads/*', 'refs/heads/main', true],
    ['refs/heads/*', 'refs/heads/a/b', false],
    ['refs/heads/*', 'refs/tags/main', false],
    ['refs/heads/release-*', 'refs/heads/release-1.2', true],
    ['refs/heads/release-*', 'refs/heads/prerelease-1', false],
    ['refs/*/main', 'refs/heads/main', true],
    ['v*.*.*', 'v1.2.3', true],
    ['v*.*.*', 'v1.2', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*', 'anything', true],
    ['*', 'any/thing', false],
    ['.*', 'main', false],
    ['[a-z]+', 'main', false],
    ['ma?n', 'main', false],
    ['main|x', 'main', false],
    ['(', '(', true],
    ['\\d', '7', false],
  ])('%j against %j: %s', (pattern, text, fits) => expect(fitsPattern(pattern, text)).toBe(fits))

  it('without a * is the text itself and nothing else, whatever it looks like', () => {
    const plain = fc.string({ unit: 'binary' }).filter((text) => !text.includes('*'))
    fc.assert(fc.property(plain, plain, (one, two) => fitsPattern(one, two) === (one === two)))
  })

  it('with a * never reaches over a slash', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.') })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '.') })
    const slashes = (value: string) => value.split('/').length
    fc.assert(fc.property(pattern, text, (p, t) => !fitsPattern(p, t) || slashes(p) === slashes(t)))
  })

  it('fits every text that it was made from', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', '-') })
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1 }), fc.array(piece), (pieces, fills) =>
        fitsPattern(
          pieces.join('*'),
          pieces.map((one, i) => one + (i < pieces.length - 1 ? (fills[i] ?? '') : '')).join(''),
        ),
      ),
    )
  })

  it('of many stars takes no time', () => {
    const started = performance.now()
    expect(fitsPattern(`${'*a'.repeat(250)}b`, 'a'.repeat(50_000))).toBe(false)
    expect(performance.now() - started).toBeLessThan(200)
  })
})

describe('claims', () => {
  const policy = { repository_id: '123', ref: 'refs/heads/main' }
  const good = { repository_id: '123', ref: 'refs/heads/main', repository: 'acme/app' }

  test.each<[string, Record<string, unknown>, string[]]>([
    ['are what the policy says', good, []],
    ['say an id as a number', { ...good, repository_id: 123 }, []],
    ['say another id', { ...good, repository_id: '124' }, ['repository_id']],
    ['say another id as a number', { ...good, repository_id: 1230 }, ['repository_id']],
    ['say an id that is no whole number', { ...good, repository_id: 123.5 }, ['repository_id']],
    ['say a list with the right id', { ...good, repository_id: ['123'] }, ['repository_id']],
    ['say a list of one right ref', { ...good, ref: ['refs/heads/main'] }, ['ref']],
    ['say an object that prints as the ref', { ...good, ref: { toString: () => 'refs/heads/main' } }, ['ref']],
    ['say nothing', {}, ['repository_id', 'ref']],
    ['say null', { ...good, ref: null }, ['ref']],
    ['say an empty text', { ...good, ref: '' }, ['ref']],
    ['inherit what is asked for', Object.create(good), ['repository_id', 'ref']],
    ['have a blank around the id', { ...good, repository_id: ' 123' }, ['repository_id']],
    ['say a number with a zero in front', { ...good, repository_id: '0123' }, ['repository_id']],
  ])('that %s', (_what, claims, missed) =>
    expect(mismatchesOf(policy, claims).map(({ claim }) => claim)).toEqual(missed),
  )

  it('say true as true, whichever way their issuer writes it', () => {
    expect(mismatchesOf({ project_id: '1', ref_protected: 'true' }, { project_id: '1', ref_protected: true })).toEqual(
      [],
    )
    expect(mismatchesOf({ project_id: '1', ref_protected: 'true' }, { project_id: 1, ref_protected: 'true' })).toEqual(
      [],
    )
    expect(mismatchesOf({ project_id: '1', ref_protected: 'true' }, { project_id: 1, ref_protected: 1 })).toHaveLength(
      1,
    )
  })

  it('match no policy that asks for nothing', () => expect(mismatchesOf({}, good)).toHaveLength(1))

  it('in an id, a star is a star', () =>
    expect(mismatchesOf({ repository_id: '*' }, good).map(({ claim }) => claim)).toEqual(['repository_id']))

  it('without one that is asked for never match, whatever the others say', () => {
    const name = fc.constantFrom('repository_id', 'ref', 'environment', 'sub')
    const value = fc.constantFrom('1', '*', 'main', 'a/b')
    fc.assert(
      fc.property(fc.dictionary(name, value, { minKeys: 1 }), fc.dictionary(name, value), (policy, claims) => {
        const missing = Object.keys(policy).filter((claim) => !Object.hasOwn(claims, claim))
        const missed = mismatchesOf(policy, claims).map(({ claim }) => claim)
        expect(missed).toEqual(expect.arrayContaining(missing))
      }),
    )
  })
})

describe('of several trusts', () => {
  const wide = { name: 'wide', claims: { repository_id: '1' } }
  const narrow = { name: 'narrow', claims: { repository_id: '1', ref: 'refs/heads/*' } }
  const same = { name: 'also', claims: { repository_id: '1', environment: 'production' } }
  const claims = { repository_id: 1, ref: 'refs/heads/main', environment: 'production' }

  it('the one that asks for most is chosen, and of equals the first by name, in whatever order they are', () => {
    for (const trusts of [
      [wide, narrow, same],
      [same, narrow, wide],
      [narrow, wide, same],
    ])
      expect(chooseTrust(trusts, claims).chosen?.name).toBe('also')
    expect(chooseTrust([wide, narrow], claims).chosen?.name).toBe('narrow')
    expect(chooseTrust([wide, narrow], { repository_id: '1' }).chosen?.name).toBe('wide')
  })

  it('when none takes it, the nearest is told first', () => {
    const { chosen, misses } = chooseTrust([{ name: 'far', claims: { repository_id: '9', ref: 'x' } }, narrow], {
      repository_id: '1',
      ref: 'refs/tags/v1',
    })
    expect(chosen).toBeNull()
    expect(misses?.map(({ trust }) => trust.name)).toEqual(['narrow', 'far'])
    expect(misses?.map(({ mismatches }) => isSameSubject(mismatches))).toEqual([true, false])
  })

  it('of no trust, none is chosen', () => expect(chooseTrust([], claims)).toEqual({ chosen: null, misses: [] }))
})

describe('a pipeline', () => {
  test.each([
    [{ repository: 'acme/app', ref: 'refs/heads/main', run_id: '123' }, 'acme/app main (run 123)'],
    [{ repository: 'acme/app', ref: 'refs/tags/v1', run_id: 7 }, 'acme/app v1 (run 7)'],
    [{ project_path: 'acme/app', ref: 'main', pipeline_id: 55 }, 'acme/app main (run 55)'],
    [{ sub: 'job 7' }, 'job 7'],
    [{}, 'a pipeline'],
    [{ repository: 'acme\u0000/app\n\u202eevil', ref: ['x'] }, 'acme/appevil'],
  ])('%j is called %j', (claims, name) => expect(pipelineName(tellingClaims(claims))).toBe(name))

  it('is told in one line of bounded length, without anything that hides', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('repository', 'ref', 'run_id', 'sub'), fc.string({ unit: 'binary' })),
        (claims) => {
          const told = tellingClaims(claims)
          for (const text of [...Object.values(told), pipelineName(told)]) {
            expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
            expect(text.isWellFormed()).toBe(true)
            expect(text.length).toBeLessThanOrEqual(400)
          }
        },
      ),
    )
  })
})
