import { verdicts } from '@rollcall/rollout'
import type { FleetTarget } from '@rollcall/services'
import { expect, test } from 'vitest'
import { verdictOrder } from '../../components/vocabulary.ts'
import { droppedVerdicts, matches, parseAsVerdicts, sortTargets } from './fleet-filters.ts'

const target = (slug: string, verdict: FleetTarget['verdict'], sha: string | null = null): FleetTarget => ({
  slug,
  verdict,
  expectedSha: null,
  observedSha: sha,
  observedAt: null,
  since: null,
  reason: '',
  applyId: null,
  enumerated: true,
})

test('every verdict has its place in the order, and what is proven comes last', () => {
  expect([...verdictOrder].sort()).toEqual([...verdicts].sort())
  expect(verdictOrder.at(-1)).toBe('fresh')
})
test('a tenant is found by a part of its slug or the beginning of its build', () => {
  const acme = target('acme-eu', 'fresh', '9c2e2b6')
  expect(matches(acme, null, 'EU')).toBe(true)
  expect(matches(acme, null, '9c2')).toBe(true)
  expect(matches(acme, null, '2e2')).toBe(false)
  expect(matches(acme, ['stale'], '')).toBe(false)
})
test('an unknown verdict in the address is left out and named', () => {
  expect(parseAsVerdicts.parse('stale,rotten')).toEqual(['stale'])
  expect(droppedVerdicts('stale,rotten')).toEqual(['rotten'])
})
test('by default what needs an eye comes first, then the alphabet', () => {
  const rows = [target('b', 'fresh'), target('c', 'stale'), target('a', 'fresh')]
  expect(sortTargets(rows, 'verdict').map(({ slug }) => slug)).toEqual(['c', 'a', 'b'])
  expect(sortTargets(rows, 'tenant.desc').map(({ slug }) => slug)).toEqual(['c', 'b', 'a'])
})
