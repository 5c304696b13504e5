import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allows,
  allRights,
  type Capability,
  capabilities,
  capabilityNames,
  commonRights,
  type Grant,
  type Place,
  rightsOf,
  roleGrant,
  roleNames,
  roles,
} from './permissions.ts'

const places: Place[] = ['anywhere', 'everywhere', { environmentId: 'a' }, { environmentId: 'b' }]

const grant: fc.Arbitrary<Grant> = fc.record({
  capabilities: fc.subarray(capabilityNames),
  environmentId: fc.constantFrom(null, 'a', 'b', 'c'),
})
const grants = fc.array(grant, { maxLength: 4 })

/** Said once more, grant by grant. */
const says = (all: readonly Grant[], capability: Capability, place: Place) =>
  all.some(({ capabilities: held, environmentId }) => {
    if (!held.includes(capability)) return false
    if (environmentId === null) return true
    if (capabilities[capability].where === 'installation' || place === 'everywhere') return false
    return place === 'anywhere' || place.environmentId === environmentId
  })

describe('rights', () => {
  test('allow what one of the grants says, and nothing else', () => {
    fc.assert(
      fc.property(grants, fc.constantFrom(...capabilityNames), fc.constantFrom(...places), (all, capability, place) => {
        expect(allows(rightsOf(all), capability, place)).toBe(says(all, capability, place))
      }),
    )
  })

  test('of two are what both allow, in every single place', () => {
    fc.assert(
      fc.property(grants, grants, fc.constantFrom(...capabilityNames), (one, other, capability) => {
        const common = commonRights(rightsOf(one), rightsOf(other))
        for (const place of places) {
          if (place === 'anywhere') continue
          const both = allows(rightsOf(one), capability, place) && allows(rightsOf(other), capability, place)
          expect(allows(common, capability, place)).toBe(both)
        }
      }),
    )
  })

  test('of nobody allow nothing, of an administrator everything', () => {
    for (const capability of capabilityNames) {
      for (const place of places) {
        expect(allows(rightsOf([]), capability, place)).toBe(false)
        expect(allows(allRights, capability, place)).toBe(true)
      }
    }
  })
})

describe('roles', () => {
  test('let everybody look, and a viewer do nothing else', () => {
    for (const role of roleNames) expect(roles[role].capabilities).toContain('read')
    expect(roles.viewer.capabilities).toEqual(['read'])
  })

  test('keep approving apart from opening and releasing', () => {
    for (const role of roleNames.filter((name) => name !== 'admin')) {
      const held: readonly Capability[] = roles[role].capabilities
      expect(held.includes('apply.approve') && (held.includes('apply.open') || held.includes('apply.release'))).toBe(
        false,
      )
    }
  })

  test('in one environment reach no other, and nothing that belongs to none', () => {
    const rights = rightsOf([roleGrant('admin', 'a')])
    expect(allows(rights, 'apply.open', { environmentId: 'a' })).toBe(true)
    expect(allows(rights, 'apply.open', { environmentId: 'b' })).toBe(false)
    expect(allows(rights, 'apply.open', 'everywhere')).toBe(false)
    expect(allows(rights, 'people.manage', 'anywhere')).toBe(false)
  })
})
