import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { casesOf, fieldManifest, manifestOf } from '../testing/index.ts'
import { externalDeploysOf, modeOf, roleOf } from './manifest.ts'
import { parseManifest, readManifest } from './parse.ts'
import { manifestRules } from './rules.ts'

const one = (deploy: object, more: object = {}) => ({
  external: [{ repo: 'org/infra', deploys: [{ name: 'infra', ...deploy }] }],
  ...more,
})
const named = (...names: string[]) => ({ external: [{ repo: 'org/infra', deploys: names.map((name) => ({ name })) }] })
const problemsOf = (value: unknown) => {
  const reading = parseManifest(value)
  return reading.ok ? [] : reading.problems
}
const messageOf = (value: unknown) => problemsOf(value)[0]?.message ?? 'no problem'

describe('an external deploy', () => {
  it.each(casesOf('config.on-update').filter(({ id }) => id !== 'parse-roundtrip'))(
    'agrees with the field about $id',
    ({ given, expect: expected }) => {
      const reading = parseManifest(one(given))
      expect(reading.ok).toBe(expected.valid)
      if (!reading.ok) {
        expect(reading.problems[0].message).toContain(expected.error_contains)
        return
      }
      const [deploy] = externalDeploysOf(reading.manifest)
      expect(modeOf(deploy as NonNullable<typeof deploy>).replaceAll('_', '-')).toBe(expected.mode)
    },
  )

  it('comes out of YAML as it went in', () => {
    const [roundtrip] = casesOf('config.on-update').filter(({ id }) => id === 'parse-roundtrip')
    const workflow = roundtrip?.given['yaml.on_update.deploy.workflow']
    const reading = readManifest(`
external:
  - repo: org/infra
    ref: v2
    deploys:
      - name: infra
        on_update:
          deploy:
            workflow: ${workflow}
      - name: plain
`)
    expect(reading).toMatchObject({ ok: true })
    if (!reading.ok) return
    expect(reading.manifest.external).toEqual([
      {
        repo: 'org/infra',
        ref: 'v2',
        deploys: [
          {
            name: 'infra',
            workflow: null,
            onUpdate: { through: 'workflow', workflow: roundtrip?.expect.parsed, permissions: null },
          },
          { name: 'plain', workflow: null, onUpdate: null },
        ],
      },
    ])
  })

  it('is recorded only unless it opts in, however the block is left out', () => {
    for (const deploy of [{}, { on_update: null }, { on_update: {} }]) {
      expect(manifestOf(one(deploy)).external[0]?.deploys[0]?.onUpdate).toBeNull()
    }
    // a key without a value was meant to say something
    expect(messageOf(one({ on_update: { deploy: null } }))).toContain('on_update.deploy.workflow is required')
  })

  it('may be deployed by a control plane, which needs no workflow', () => {
    const manifest = manifestOf(one({ on_update: { deploy: { through: 'control_plane' } } }))
    expect(manifest.external[0]?.deploys[0]?.onUpdate).toEqual({
      through: 'control_plane',
      workflow: null,
      permissions: null,
    })
  })

  it.each([
    ['a name with a space', named('in fra'), 'external[0].deploys[0].name: must be up to 90'],
    ['a name with an expression', named(`\${{ x }}`), 'external[0].deploys[0].name: must be up to 90'],
    ['a name with a line end', named('infra\n'), 'external[0].deploys[0].name: must be up to 90'],
    ['no name', { external: [{ repo: 'org/infra', deploys: [{}] }] }, 'external[0].deploys[0].name: is required'],
    ['a name that is a number', one({ name: 7 }), 'external[0].deploys[0].name: must be text'],
    ['inline shell', one({ shell: 'bash' }), 'external deploys are reusable-workflow only'],
    ['inline run on update', one({ on_update: { deploy: { run: 'x', workflow: 'a.yml' } } }), 'reusable-workflow only'],
    ['a path out of the folder', one({ on_update: { deploy: { workflow: '../x.yml' } } }), 'must not contain ".."'],
    ['a script as workflow', one({ workflow: 'deploy.sh' }), 'external[0].deploys[0].workflow: must name a .yml'],
    ['an odd ref', one({ workflow: 'o/r/.github/workflows/a.yml@a b' }), 'must name a branch, tag or commit'],
    ['a repository without owner', { external: [{ repo: 'infra', deploys: [{ name: 'a' }] }] }, 'external[0].repo'],
    ['a repository that climbs', { external: [{ repo: 'org/..', deploys: [{ name: 'a' }] }] }, 'external[0].repo'],
    ['a repository without deploys', { external: [{ repo: 'o/r', deploys: [] }] }, 'at least one deploy'],
    ['a list that is none', { external: { repo: 'o/r' } }, 'external: must be a list'],
    ['a manifest that is none', [], 'the manifest must be a mapping'],
    [
      'permissions for a control plane',
      one({ on_update: { deploy: { through: 'control_plane', permissions: { contents: 'read' } } } }),
      'on_update.deploy.permissions',
    ],
    [
      'a permission of another kind',
      one({ on_update: { deploy: { workflow: 'a.yml', permissions: { contents: 'admin' } } } }),
      'must be read, write or none',
    ],
  ])('is refused with %s, and the message names the field', (_, value, text) => {
    expect(messageOf(value)).toContain(text)
  })
})

describe('the list of external deploys', () => {
  it.each(casesOf('config.external'))('agrees with the field about $id', ({ given, expect: expected }) => {
    expect(messageOf(named(...given.names))).toContain(expected.error_contains)
  })

  it('holds each name once over all repositories', () => {
    const value = {
      external: [
        { repo: 'org/a', deploys: [{ name: 'x' }] },
        { repo: 'org/b', deploys: [{ name: 'x' }] },
      ],
    }
    expect(messageOf(value)).toBe('external[1].deploys[0].name: duplicate external deploy name "x"')
  })

  it('keeps away from the names of local deploys', () => {
    const message = messageOf({ ...named('api'), deploys: ['api', { name: 'web' }] })
    expect(message).toBe('external[0].deploys[0].name: "api" conflicts with local deploy name')
  })

  it.each([
    ['a-b', 'a_b'],
    ['Infra', 'infra'],
  ])('refuses %s beside %s: they would be one output, or one condition, of the workflow', (a, b) => {
    expect(messageOf(named(a, b))).toContain('collide')
    expect(messageOf({ ...named(a), deploys: [b] })).toContain('collide')
  })

  it('keeps the order of the configuration', () => {
    const names = externalDeploysOf(manifestOf(fieldManifest)).map(({ name, sourceRepo }) => [name, sourceRepo])
    expect(names).toEqual([
      ['infra', 'org/infra'],
      ['lambda', 'org/lambda'],
    ])
  })
})

describe('the role of a repository', () => {
  it.each(casesOf('role').filter(({ expect: { generate } }) => generate === undefined))(
    'agrees with the field about $id',
    ({ given, expect: expected }) => {
      expect(roleOf(manifestOf(given.external ? fieldManifest : {}))).toEqual(expected)
    },
  )

  it('is satellite with notify, and never both', () => {
    expect(roleOf(manifestOf({ notify: {} }))).toEqual({ primary: false, satellite: true })
    const [problem] = problemsOf({ ...fieldManifest, notify: {} })
    expect(problem).toMatchObject({ rule: 'role', field: 'notify' })
  })

  it('takes a token only by reference, and does not repeat what it refuses', () => {
    const secret = 'ghp_planted0123456789abcdef'
    const [problem] = problemsOf({ notify: { token: secret } })
    expect(problem?.message).toContain('notify.token: must refer to a secret')
    expect(JSON.stringify(problem)).not.toContain(secret)
    const { notify } = manifestOf({ notify: { token: `\${{ secrets.PRIMARY }}`, deploy_name: 'a' } })
    expect(notify).toEqual({ tokenSecret: 'PRIMARY', deployName: 'a', environment: null })
  })
})

describe('unknown keys', () => {
  it.each([
    [{ externl: [] }, 'externl: unknown key; did you mean "external"?'],
    [one({ onUpdate: {} }), 'external[0].deploys[0].onUpdate: unknown key; did you mean "on_update"?'],
    [one({ on_update: { deply: {} } }), 'external[0].deploys[0].on_update.deply: unknown key; did you mean "deploy"?'],
    [one({ on_update: { deploy: { workflw: 'x' } } }), 'deploy.workflw: unknown key; did you mean "workflow"?'],
    [one({ zzzzz: 1 }), 'external[0].deploys[0].zzzzz: unknown key; known are name, workflow, on_update'],
  ])('are refused with a suggestion: %j', (value, text) => expect(messageOf(value)).toContain(text))

  it('of the rest of the file are left alone when told so, but not one that is nearly ours', () => {
    expect(parseManifest({ ...fieldManifest, policies: {} }, { otherKeys: ['policies'] }).ok).toBe(true)
    expect(parseManifest({ ...fieldManifest, policies: {} }, { otherKeys: ['gates'] }).ok).toBe(false)
    expect(parseManifest({ ...fieldManifest, image_sets: {} }, { otherKeys: 'any' }).ok).toBe(true)
    expect(parseManifest({ externals: [] }, { otherKeys: 'any' })).toMatchObject({
      problems: [{ message: 'externals: unknown key; did you mean "external"?' }],
    })
  })
})

describe('reading a manifest', () => {
  it('tells all problems, in the order of its rules', () => {
    const problems = problemsOf({
      external: [
        { repo: 'org', deploys: [{ name: 'a b' }, { name: 'x', run: 1 }, { name: 'x', on_update: { deploy: {} } }] },
      ],
      notify: { token: 'raw' },
    })
    const rules = problems.map(({ rule }) => rule)
    const ordered = manifestRules.filter((rule) => rules.includes(rule))
    expect(rules).toEqual(ordered)
    expect(rules[0]).toBe('role')
    expect(rules).toHaveLength(7)
  })

  it.each([
    ['external: [', 'line 1'],
    ['external: []\nexternal: []', 'unique'],
    ['a: &a [x]\nb: *c', 'alias'],
  ])('says where the text %j breaks', (text, said) => {
    const reading = readManifest(text)
    expect(reading).toMatchObject({ ok: false, problems: [{ rule: 'syntax' }] })
    expect(JSON.stringify(reading).toLowerCase()).toContain(said)
  })

  it('gives up on a text that multiplies itself', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
    for (const [to, from] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg']) {
      bomb.push(`${to}: &${to} [${`*${from},`.repeat(9)}]`)
    }
    expect(readManifest(bomb.join('\n'))).toMatchObject({ ok: false, problems: [{ rule: 'syntax' }] })
  })

  it('never throws and never lets an odd name through, whatever the values are', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue(),
        fc.record(
          {
            external: fc.array(
              fc.record(
                {
                  repo: fc.string(),
                  ref: fc.string(),
                  deploys: fc.array(fc.record({ name: fc.string(), workflow: fc.string() })),
                },
                { requiredKeys: [] },
              ),
            ),
            notify: tie('any'),
            state: tie('any'),
          },
          { requiredKeys: [] },
        ),
      ),
    })).any
    fc.assert(
      fc.property(value, (manifest) => {
        const reading = parseManifest(manifest)
        if (!reading.ok) {
          expect(reading.problems[0].message).not.toBe('')
          return
        }
        for (const { name } of externalDeploysOf(reading.manifest)) expect(name).toMatch(/^[A-Za-z0-9_-]+$/)
      }),
    )
  })
})
