import { capabilities, capabilityNames, ciForgeNames } from '@rollcall/rollout'
import { describe, expect, it } from 'vitest'
import { capabilityGroups, capabilityPresets, presetOf } from './capability-groups.ts'
import { snippetOf } from './snippets.ts'
import { claimsOf, formOf, trustProblem } from './trust-form-state.ts'

describe('what can be chosen', () => {
  it('is every capability that something asks for, each once', () => {
    const offered = capabilityNames.filter((name) => !('awaits' in capabilities[name]))
    expect(capabilityGroups.flatMap(({ capabilities }) => capabilities).toSorted()).toEqual(offered.toSorted())
  })

  it('is called by its preset when it is exactly that', () => {
    for (const { value, capabilities } of capabilityPresets) expect(presetOf(new Set(capabilities))).toBe(value)
    expect(presetOf(new Set(['read', 'apply.stop']))).toBeNull()
  })
})

describe('a workflow to copy', () => {
  it.each([...ciForgeNames, null])(
    'for %s asks for a proof with our audience, exchanges it, and holds no secret',
    (forge) => {
      const text = snippetOf(forge, 'https://rollcall.example.com', 'https://rollcall.example.com')
      expect(text).toContain('https://rollcall.example.com/api/v1/token-exchange')
      expect(text).toMatch(/aud(ience)?[:=] ?['"]?https(:|%3A)/)
      expect(text).not.toContain('secrets.')
    },
  )
})

describe('a form about a trust', () => {
  it('begins with what its forge needs', () => {
    expect(formOf('github').claims.map(({ claim }) => claim)).toEqual(['repository_id', 'ref'])
    expect(formOf('gitlab').claims.map(({ claim }) => claim)).toEqual(['project_id', 'ref'])
  })

  it('sends the claims without the blanks around them', () => {
    const form = formOf('github')
    form.claims[0] = { claim: 'repository_id', wanted: ' 123 ' }
    expect(claimsOf(form)).toEqual({ repository_id: '123', ref: 'refs/heads/main' })
  })

  it.each([
    [{ claim: 'environment', wanted: ' ' }, 'Say what environment must be, or leave the row out.'],
    [{ claim: '', wanted: 'production' }, 'Say which claim must be production.'],
    [{ claim: '', wanted: '' }, 'Fill in the empty claim, or leave it out.'],
    [{ claim: ' ref ', wanted: 'refs/heads/dev' }, 'ref is asked for twice: leave one of the rows out.'],
    [{ claim: 'ref', wanted: '' }, 'ref is asked for twice: leave one of the rows out.'],
  ])('never drops a row: %j', (row, problem) => {
    const form = { ...formOf('github'), name: 'deploy', environments: ['staging'] }
    form.claims[0] = { claim: 'repository_id', wanted: '123' }
    expect(trustProblem(form)).toBeNull()
    expect(trustProblem({ ...form, claims: [...form.claims, row] })).toBe(problem)
  })

  it('says what is missing before the server has to', () => {
    const form = { ...formOf('github'), name: 'deploy' }
    expect(trustProblem(form)).toMatch(/repository_id/)
    form.claims[0] = { claim: 'repository_id', wanted: 'acme/app' }
    expect(trustProblem(form)).toMatch(/must be the number/)
    form.claims[0] = { claim: 'repository_id', wanted: '123' }
    expect(trustProblem(form)).toMatch(/environment/)
    expect(trustProblem({ ...form, environments: ['staging'] })).toBeNull()
    expect(trustProblem({ ...form, environments: ['staging'], keys: '{' })).toMatch(/keys/)
  })
})
