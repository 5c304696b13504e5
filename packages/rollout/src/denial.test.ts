import { describe, expect, it } from 'vitest'
import { denialOf, type WhoMay, whomToAsk } from './denial.ts'

const ada: WhoMay = { name: 'Ada', roles: ['admin'] }
const rel: WhoMay = { name: 'Rel', roles: ['releaser'] }

describe('why somebody may not', () => {
  it('says what, where, and what it needs', () => {
    expect(denialOf('apply.approve', 'production')).toBe(
      'You may not approve or reject an apply in production: that needs apply.approve.',
    )
    expect(denialOf('apply.open', 'anywhere')).toBe('You may not open an apply: that needs apply.open.')
    expect(denialOf('read', 'everywhere')).toBe('You may not see what runs in all environments: that needs read.')
    expect(denialOf('people.manage', 'production')).toBe('You may not say who may do what: that needs people.manage.')
  })

  it('says whom to ask', () => {
    expect(whomToAsk([])).toBe('Ask an administrator to give it to you.')
    expect(whomToAsk([ada])).toBe('Ask Ada (admin).')
    expect(whomToAsk([ada, rel])).toBe('Ask Ada (admin) or Rel (releaser).')
    expect(whomToAsk([ada, rel, ada, rel])).toBe(
      'Ask Ada (admin), Rel (releaser), Ada (admin) or somebody else who has it.',
    )
  })
})
