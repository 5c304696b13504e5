import { manifestRules, readManifest } from '@rollcall/forge'
import { casesOf } from '@rollcall/forge/testing'
import { describe, expect, it } from 'vitest'
import { type Configuration, emptyConfiguration, noPolicy } from './configuration.ts'
import { readConfiguration } from './read.ts'

const problemsOf = (text: string) => {
  const reading = readConfiguration(text)
  return reading.ok ? [] : reading.problems
}
const configurationOf = (text: string): Configuration => {
  const reading = readConfiguration(text)
  if (!reading.ok) throw new Error(reading.problems[0].message)
  return reading.configuration
}
const json = (value: unknown) => JSON.stringify(value)
const deploy = (more: object, others: object = {}) =>
  json({ external: [{ repo: 'org/infra', deploys: [{ name: 'infra', ...more }] }], ...others })

describe('a file that holds only the manifest of a repository', () => {
  it.each([...casesOf('config.on-update').filter(({ id }) => id !== 'parse-roundtrip')])(
    'agrees with the field about $id',
    ({ given, expect: expected }) => {
      const problems = problemsOf(deploy(given))
      expect(problems.length === 0).toBe(expected.valid)
      if (!expected.valid) expect(problems[0]?.message).toContain(expected.error_contains)
      else
        expect(configurationOf(deploy(given)).external[0]?.deploys[0]?.onUpdate === null).toBe(
          expected.mode === 'record-only',
        )
    },
  )

  it.each(casesOf('config.external'))('agrees with the field about $id', ({ given, expect: expected }) => {
    const names = given.names.map((name: string) => ({ name }))
    expect(problemsOf(json({ external: [{ repo: 'org/infra', deploys: names }] }))[0]?.message).toContain(
      expected.error_contains,
    )
  })

  const manifests: [string, unknown][] = [
    ['both roles', { external: [{ repo: 'o/r', deploys: [{ name: 'a' }] }], notify: {} }],
    [
      'a local deploy of the same name',
      { external: [{ repo: 'o/r', deploys: [{ name: 'api' }] }], deploys: ['api', { name: 'web' }] },
    ],
    ['names that collide', { external: [{ repo: 'o/r', deploys: [{ name: 'a-b' }, { name: 'A_b' }] }] }],
    ['no workflow', { external: [{ repo: 'o/r', deploys: [{ name: 'a', on_update: { deploy: null } }] }] }],
    ['a path that climbs', { external: [{ repo: 'o/r', deploys: [{ name: 'a', workflow: '../a.yml' }] }] }],
    ['key material', { notify: { token: 'ghp_0123456789' } }],
    ['a misspelt key', { external: [{ repo: 'o/r', deploys: [{ name: 'a', onupdate: {} }] }] }],
    ['a misspelt key at the root', { externl: [] }],
    ['a list that is none', { external: { repo: 'o/r' } }],
    ['several at once', { external: [{ repo: 'o', deploys: [{ name: 'a b' }, { name: 'a b', run: 'x' }] }] }],
  ]
  it.each(manifests)('says the same as the manifest alone about %s, in the same order', (_, manifest) => {
    const alone = readManifest(json(manifest))
    if (alone.ok) throw new Error('the manifest is right')
    const told = problemsOf(json(manifest)).map(({ rule, field }) => [rule, field])
    expect(told).toEqual(alone.problems.map(({ rule, field }) => [rule, field]))
    for (const { rule } of alone.problems) expect(manifestRules).toContain(rule)
  })

  it("brings the components that its external deploys name, and keeps what is the repository's own out", () => {
    const text = deploy({}, { environments: ['dev', 'prod'], builds: ['image'], deploys: ['api'], state: { dev: {} } })
    expect(readConfiguration(text)).toMatchObject({ ok: true, notKept: ['builds', 'state', 'deploys'] })
    const read = configurationOf(text)
    expect(read.environments.map(({ name, controlPlane }) => [name, controlPlane])).toEqual([
      ['dev', null],
      ['prod', null],
    ])
    expect(read.components).toEqual([{ name: 'infra', title: null, fleets: [] }])
    expect(read.deploys).toEqual({
      infra: { component: 'infra', forge: null, tag: 'staging-<sha7>', policy: noPolicy },
    })
  })
})

describe('a configuration', () => {
  it.each<[string, string, string]>([
    ['text that is no YAML', 'a: [', 'the configuration is not readable: line 1'],
    ['a list', '- a', 'the configuration must be a mapping'],
    ['a key that stands twice', 'gates: []\ngates: []', 'the configuration is not readable: line 2'],
    ['a misspelt part', 'image-sets: []', 'image-sets: unknown key; did you mean "image_sets"?'],
    ['a misspelt key', 'gates: [{ name: a, contexs: [x] }]', 'gates[0].contexs: unknown key; did you mean "contexts"?'],
    [
      'a misspelt key of a policy',
      'environments: [{ name: a, policy: { batchSize: 2 } }]',
      'did you mean "batch_size"?',
    ],
    ['a misspelt key of a deploy', deploy({}, { deploys: { infra: { tags: 'x' } } }), 'did you mean "tag"?'],
    ['a name that is missing', 'gates: [{ contexts: [x] }]', 'gates[0].name: is required'],
    [
      'a name twice',
      'forges: [{ name: a, kind: gitea, url: "https://a.example.com" }, { name: a, kind: gitea, url: "https://b.example.com" }]',
      'forges[1].name: "a" stands here twice',
    ],
    ['an environment by a word', 'environments: [everywhere]', 'environments[0]: must be a name of its own'],
    [
      'an environment by a word, with more',
      'environments: [{ name: anywhere }]',
      'environments[0].name: must be a name of its own, not one of everywhere, anywhere, there',
    ],
    ['an environment twice', 'environments: [a, { name: a }]', 'environments[1].name: "a" stands here twice'],
    ['a gate that requires nothing', 'gates: [{ name: a }]', 'gates[0]: requires nothing'],
    [
      'another variable of the process',
      'forges: [{ name: a, kind: github, url: "https://a.example.com", token_env: DATABASE_URL }]',
      'forges[0].token_env: must be the name of an environment variable that begins with ROLLCALL_FORGE_TOKEN',
    ],
    [
      'a variable of somebody else',
      'webhooks: [{ name: a, secret_envs: [ROLLCALL_CP_TOKEN] }]',
      'begins with ROLLCALL_HOOK_SECRET',
    ],
    [
      'a webhook without a secret',
      'webhooks: [{ name: a, secret_envs: [] }]',
      'webhooks[0].secret_envs: must name at least one variable',
    ],
    [
      'three secrets',
      'webhooks: [{ name: a, secret_envs: [ROLLCALL_HOOK_SECRET_A, ROLLCALL_HOOK_SECRET_B, ROLLCALL_HOOK_SECRET_C] }]',
      'two variables at most',
    ],
    [
      'a registry with a path',
      'registries: [{ name: a, url: "https://r.example.com/v2" }]',
      'registries[0].url: must be a host only',
    ],
    [
      'a registry without TLS',
      'registries: [{ name: a, url: "http://registry.lan:5000" }]',
      'registries[0].url: must begin with https://, because plain http is spoken with registries on this machine only',
    ],
    [
      'a registry without TLS that only looks like this machine',
      'registries: [{ name: a, url: "http://127.0.0.1.example.com" }]',
      'registries[0].url: must begin with https://',
    ],
    [
      'a control plane without a token',
      'environments: [{ name: a, control_plane: { url: "https://c.example.com" } }]',
      'environments[0].control_plane.token_env: is required',
    ],
    [
      'tenants without their name',
      'environments: [{ name: a, tenants: "https://t.example.com" }]',
      'environments[0].tenants: must contain {slug} once',
    ],
    [
      'an unknown policy',
      'environments: [{ name: a, policy: careful }]',
      'environments[0].policy: there is no policy "careful"',
    ],
    [
      'a wrong decision',
      'environments: [{ name: a, policy: { on_failure: stop } }]',
      'must be halt, pause or continue',
    ],
    [
      'a fleet in no environment',
      'components: [{ name: a, fleets: [{ environment: x }] }]',
      'there is no environment "x"',
    ],
    [
      'two fleets in one',
      'environments: [x]\ncomponents: [{ name: a, fleets: [{ environment: x }, { environment: x }] }]',
      'components[0].fleets[1].environment: "x" stands here twice',
    ],
    ['a deploy that is none', 'deploys: { infra: {} }', 'deploys.infra: there is no external deploy "infra"'],
    [
      'a deploy of no component',
      deploy({}, { deploys: { infra: { component: 'x' } } }),
      'deploys.infra.component: there is no component "x"',
    ],
    [
      'a deploy through no forge',
      deploy({}, { deploys: { infra: { forge: 'x' } } }),
      'deploys.infra.forge: there is no forge "x"',
    ],
    [
      'a tag that is the same for all',
      deploy({}, { deploys: { infra: { tag: 'latest' } } }),
      'deploys.infra.tag: must hold one of <sha>',
    ],
    ['a set without images', set({ images: [] }), 'image_sets[0].images: must name at least one image'],
    ['an image twice', set({ images: ['a/b', 'a/b'] }), 'image_sets[0].images[1]: "a/b" stands here twice'],
    ['an image with a tag', set({ images: ['a/b:latest'] }), 'image_sets[0].images[0]: must be a repository'],
    ['a set of no registry', set({ registry: 'x' }), 'image_sets[0].registry: there is no registry "x"'],
    ['a set of no component', set({ component: 'x' }), 'image_sets[0].component: there is no component "x"'],
    [
      'a set that follows no gate by itself',
      set({ automatic: true, gate: null }),
      'image_sets[0].automatic: needs a gate',
    ],
    ['an apply in no environment', set({ then_apply: { environment: 'x' } }), 'there is no environment "x"'],
    [
      'an update of another repository',
      hook({ repo: 'org/other' }),
      'webhooks[0].updates[0].repo: "infra" belongs to "org/infra"',
    ],
    ['an update of no deploy', hook({ deploy_name: 'x' }), 'there is no external deploy "x"'],
    ['a ref that is short', hook({ ref: 'main' }), 'must be a ref in full'],
  ])('is refused with %s, and the message names the field', (_, text, message) => {
    const [problem] = problemsOf(text)
    expect(problem?.message).toContain(message)
    expect(problem?.remedy).toMatch(/\.$/)
  })

  it('is told everything that is wrong with it, misspelt keys first, with their lines', () => {
    const told = problemsOf('gates:\n  - name: a\n  - name: B\n    contexts: [x]\nregistrys: []\n')
    expect(told.map(({ rule, field, line }) => [rule, field, line])).toEqual([
      ['unknown_key', 'registrys', 5],
      ['shape', 'gates[1].name', 3],
    ])
  })

  it('may name what exists without being in the file', () => {
    const known = { environments: ['x'], components: ['server'] }
    const text = 'components: [{ name: a, fleets: [{ environment: x }] }]'
    expect(readConfiguration(text).ok).toBe(false)
    expect(readConfiguration(text, known).ok).toBe(true)
  })

  it('takes policies by name or as they stand', () => {
    const { environments } = configurationOf(
      'policies: [{ name: careful, batch_size: 1, requires_approval: true }]\nenvironments: [{ name: a, policy: careful }, { name: b, policy: { batch_size: 9 } }]',
    )
    expect(environments.map(({ policy }) => [policy.batchSize, policy.requiresApproval])).toEqual([
      [1, true],
      [9, null],
    ])
  })

  it('takes deploys as a mapping or as a list', () => {
    const said = { component: 'server', tag: '<sha>' }
    const asMap = deploy({}, { components: ['server'], deploys: { infra: said } })
    const asList = deploy({}, { components: ['server'], deploys: [{ name: 'infra', ...said }, 'api'] })
    expect(configurationOf(asList).deploys).toEqual(configurationOf(asMap).deploys)
    expect(configurationOf(asMap).components.map(({ name }) => name)).toEqual(['server'])
  })

  it('that is empty says nothing, and nothing is wrong with that', () => {
    for (const text of ['', '# nothing\n', '{}', 'gates:\n']) expect(configurationOf(text)).toEqual(emptyConfiguration)
  })

  it('that is longer than anybody writes is not read', () => {
    expect(problemsOf(' '.repeat(1_000_001))[0]?.message).toContain('too long')
    const bomb = `a: &a [x, x]\n${'bcdefghijk'
      .split('')
      .map((key, i) => `${key}: &${key} [${`*${'abcdefghijk'[i]},`.repeat(9)}]`)
      .join('\n')}`
    expect(problemsOf(bomb)[0]?.rule).toBe('syntax')
  })
})

function set(more: object): string {
  const one = { name: 'product', component: 'server', registry: 'r', images: ['a/b'], gate: 'g', ...more }
  return json({
    components: ['server'],
    registries: [{ name: 'r', url: 'https://r.example.com' }],
    gates: [{ name: 'g', suite: 'e2e' }],
    image_sets: [one],
  })
}

function hook(more: object): string {
  const update = {
    on: 'push',
    repo: 'org/infra',
    ref: 'refs/heads/main',
    deploy_name: 'infra',
    environment: 'a',
    ...more,
  }
  return deploy(
    {},
    { environments: ['a'], webhooks: [{ name: 'h', secret_envs: ['ROLLCALL_HOOK_SECRET'], updates: [update] }] },
  )
}
