import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { casesOf } from '../testing/index.ts'
import { compareVersions } from './version-order.ts'

describe('the order of two versions', () => {
  it.each(casesOf('promote.downgrade'))(
    'lets the downgrade gate decide as the field does: $id',
    ({ given, expect: expected }) => {
      const order = compareVersions(given.landing, given.current)
      const orders: Record<string, string> = { pass: 'same', 'warn, pass': 'unknown', 'pass, silent': 'unknown' }
      expect(order).toBe(orders[expected] ?? 'older')
    },
  )

  const ascending = ['v0.9.9', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta.2', '1.0.0-beta.11']
  const all = [...ascending, '1.0.0-rc.1', 'v1.0.0', '1.0.1', '1.2.0', '1.10.0', '2.0.0', '99999999999999999999.0.0']

  it('follows semantic versioning, with and without a v', () => {
    for (const [i, a] of all.entries()) {
      for (const [j, b] of all.entries()) {
        expect(compareVersions(a, b), `${a} ${b}`).toBe(i === j ? 'same' : i < j ? 'older' : 'newer')
      }
    }
    expect(compareVersions('v1.2.3+build.1', '1.2.3')).toBe('same')
  })

  it.each([null, '', 'latest', '1', '1.2', '01.2.3', 'v1.2.3.4', 'release-1.2.3', '1.2.3-', '2026-01-01'])(
    'is unknown for %j',
    (version) => {
      expect(compareVersions(version, 'v1.0.0')).toBe('unknown')
      expect(compareVersions('v1.0.0', version)).toBe('unknown')
    },
  )

  it('never contradicts itself', () => {
    const part = fc.nat({ max: 3 })
    const version = fc
      .tuple(part, part, part, fc.array(fc.oneof(part.map(String), fc.constantFrom('rc', 'a')), { maxLength: 2 }))
      .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre.length === 0 ? '' : `-${pre.join('.')}`}`)
    const opposite = { same: 'same', older: 'newer', newer: 'older', unknown: 'unknown' } as const
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(compareVersions(a, b)).toBe(opposite[compareVersions(b, a)])
      }),
    )
  })
})
