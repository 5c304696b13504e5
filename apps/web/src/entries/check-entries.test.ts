import { capabilities, capabilityNames } from '@rollcall/rollout'
import { initTRPC } from '@trpc/server'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { capabilityGroups } from '../screens/tokens/capability-groups.ts'
import { type Access, at, may, openTo, own } from '../server/access.ts'
import { accepts } from '../server/trpc/accepts.ts'
import { procedure, router } from '../server/trpc/trpc.ts'
import { allEntries, type Entry, pathEntries, procedureEntries } from './all-entries.ts'
import { checkEntries, entryProblems, fieldsOf } from './check-entries.ts'

const input = z.strictObject({ environment: z.string(), component: z.string().optional() })
const entry = (access: Access | undefined, more: Partial<Entry> = {}): Entry => ({
  kind: 'rest',
  name: 'GET /api/v1/things',
  access,
  changes: false,
  input,
  ...more,
})

describe('the entries of this process', () => {
  const entries = allEntries()

  it('are all there, and each says who may use it', () => {
    expect(entries.length).toBeGreaterThan(80)
    expect(new Set(entries.map(({ kind }) => kind))).toEqual(
      new Set(['rest', 'query', 'mutation', 'subscription', 'path', 'hook']),
    )
    expect(entryProblems(entries)).toEqual([])
    expect(() => checkEntries()).not.toThrow()
  })

  it('do not start without the access of any one of them', () => {
    for (const { name } of entries) {
      const without = entries.map((one) => (one.name === name ? { ...one, access: undefined } : one))
      expect(() => checkEntries(without)).toThrow(`${name}: does not say who may use it`)
    }
  })

  it('do not start when one that changes something needs no more than reading, or needs it nowhere in particular', () => {
    const changing = entries.filter(({ access, changes }) => access?.kind === 'may' && changes)
    expect(changing.filter(({ kind }) => kind === 'rest').length).toBeGreaterThan(25)
    for (const { name } of changing) {
      const as = (access: Access) => entries.map((one) => (one.name === name ? { ...one, access } : one))
      expect(() => checkEntries(as(may('read', 'anywhere')))).toThrow(`${name}: changes something, and needs no more`)
      if (/tokens/.test(name)) continue
      expect(() => checkEntries(as(may('apply.stop', 'anywhere')))).toThrow(`${name}: changes something, and does not`)
    }
  })

  it('need every capability that there is, but for those whose matter is not there yet', () => {
    const asked = new Set(
      entries.flatMap(({ access }) =>
        access?.kind === 'may' ? [access.capability, ...access.overrides.map(({ capability }) => capability)] : [],
      ),
    )
    const awaiting = capabilityNames.filter((name) => 'awaits' in capabilities[name])
    expect(capabilityNames.filter((name) => !asked.has(name))).toEqual(awaiting)
    const offered = capabilityGroups.flatMap((group) => group.capabilities)
    expect(offered.toSorted()).toEqual(capabilityNames.filter((name) => !awaiting.includes(name)).toSorted())
  })

  it('ask the same of machines and of pages for the same deed', () => {
    const twins = entries.flatMap((rest) =>
      entries
        .filter(({ kind, input, changes }) => kind !== 'rest' && input === rest.input && changes === rest.changes)
        .map((page) => [rest, page] as const),
    )
    const pairs = twins.filter(([{ kind, input }]) => kind === 'rest' && input !== null)
    expect(pairs.length).toBeGreaterThan(40)
    for (const [rest, page] of pairs) expect(page.access, `${page.name} as ${rest.name}`).toEqual(rest.access)
  })

  it('read an environment as their verbs do, so that no spelling of its name is admitted by another one', () => {
    const spellings = [
      'production ',
      ' production',
      '\tproduction\n',
      '\u00a0production',
      '\ufeffproduction',
      'PRODUCTION',
    ]
    for (const { name, access, input } of entries) {
      if (access?.kind !== 'may' || typeof access.scope === 'string') continue
      for (const spelling of spellings) {
        const read = fieldsOf(input)[access.scope.field]?.safeParse(spelling)
        if (read?.success) expect([spelling, spelling.trim()], `${name} reads ${spelling}`).toContain(read.data)
      }
    }
  })

  it('understand nothing as an override that is not held to be one', () => {
    const odd = ['true', 1, 'yes', [true], { gate: 'true' }, { gate: 1 }, { order: null }, {}, 'on', Number.NaN]
    for (const { name, access, input } of entries) {
      for (const { capability, example, asked } of access?.kind === 'may' ? access.overrides : []) {
        const [field] = Object.keys(example)
        if (field === undefined) continue
        const schema = fieldsOf(input)[field]
        expect(schema, `${name} takes ${field}`).toBeDefined()
        expect(asked(example, {} as never), `${name}: ${capability} by its example`).toBe(true)
        for (const value of odd) {
          const read = schema?.safeParse(value)
          if (!read?.success || read.data === false || read.data === undefined) continue
          expect(asked({ [field]: value }, {} as never), `${name}: ${field} ${JSON.stringify(value)}`).toBe(true)
        }
      }
    }
  })
})

describe('what a start refuses', () => {
  it.each<[string, Entry]>([
    ['does not say who may use it', entry(undefined)],
    ['is open to everybody, and does not say why', entry(openTo(' '))],
    ['needs apply.dream, which is no capability', entry(may('apply.dream' as never, 'anywhere'))],
    ['does not say what is needed for what is not theirs', entry(own([]))],
    [
      'needs token.dream, which is no capability',
      entry(own([{ capability: 'token.dream' as never, asked: () => true, when: 'always', example: {} }])),
    ],
    ['does not say where', entry(may('read', undefined as never))],
    ['does not say where', entry(may('read', 'somewhere' as never))],
    ['which is no field of its input', entry(may('read', at.apply()))],
    ['which is no field of its input', entry(may('read', at.environment()), { input: null })],
    ['which may be left out', entry(may('read', at.environment('component')))],
    ['which tells none', entry(may('read', { of: 'build' as never, field: 'environment' }))],
    ['belongs to no environment', entry(may('build.publish', at.environment()))],
    ['belongs to no environment', entry(may('build.publish', 'anywhere'))],
    ['needs no more than reading', entry(may('read', 'anywhere'), { changes: true })],
    ['does not say where that is needed', entry(may('apply.stop', 'anywhere'), { changes: true })],
    [
      'which is no capability',
      entry(may('read', 'anywhere', [{ capability: 'x' as never, asked: () => true, when: 'always', example: {} }])),
    ],
  ])('an entry that %s', (problem, one) => {
    expect(() => checkEntries([one])).toThrow(problem)
    expect(() => checkEntries([one])).toThrow(one.name)
  })

  it('two of one name, and none at all', () => {
    const fine = entry(may('read', at.environment()))
    expect(entryProblems([fine])).toEqual([])
    expect(entryProblems([fine, fine])).toEqual(['GET /api/v1/things: is there twice'])
    expect(() => checkEntries([])).toThrow('there are no entries')
  })

  it('a procedure that was made without saying who may use it, whatever else it says about itself', () => {
    const t = initTRPC.meta<{ access?: Access }>().create()
    const bare = t.router({
      bare: t.procedure.query(() => 1),
      nested: t.router({ said: t.procedure.meta({ access: may('read', 'anywhere') }).mutation(() => 1) }),
      passing: t.procedure.use(({ next }) => next()).query(() => 1),
    })
    const problems = entryProblems(procedureEntries(bare))
    expect(problems).toEqual(['bare', 'nested.said', 'passing'].map((name) => `${name}: does not say who may use it`))
  })

  it('and no procedure that says it in its builder', () => {
    const stated = router({
      list: procedure
        .may('read', at.environment())
        .input(accepts(input))
        .query(() => 1),
      me: procedure
        .self()
        .input(input)
        .query(() => 1),
    })
    const entries = procedureEntries(stated)
    expect(entryProblems(entries)).toEqual([])
    expect(entries.map((one) => one.input)).toEqual([input, input])
    expect(entries.map(({ access }) => access?.kind)).toEqual(['may', 'self'])
  })

  it('a path in front that says that others state it, and has none behind it', () => {
    const handle = () => new Response()
    const [badge, ...none] = pathEntries([
      { path: '/badge', below: true, access: 'of each', handle },
      { path: '/api/v1', below: true, access: 'of each', handle },
    ])
    expect(none).toEqual([])
    expect(entryProblems(badge ? [badge] : [])).toEqual(['/badge: does not say who may use it'])
  })
})
