import { expect, test } from 'vitest'
import { askedOf, downloadHref, isFiltered, noFilters } from './filters.ts'

test('days become the moments at which they begin and end', () => {
  expect(askedOf({ ...noFilters, from: '2026-02-28', to: '2026-02-28' })).toEqual({
    since: '2026-02-28T00:00:00.000Z',
    until: '2026-03-01T00:00:00.000Z',
  })
})

test('what is no day and what is empty is left out', () => {
  expect(askedOf({ ...noFilters, from: 'yesterday', to: '2026-99-99', text: '  ', actor: ' ana ' })).toEqual({
    actor: 'ana',
  })
})

test('a download has the rows that are shown', () => {
  expect(downloadHref({ ...noFilters, outcome: 'refused', text: 'a&b' }, 'csv')).toBe(
    '/api/audit?outcome=refused&text=a%26b&format=csv',
  )
})

test('one field is a filter', () => {
  expect([isFiltered(noFilters), isFiltered({ ...noFilters, via: 'cli' })]).toEqual([false, true])
})
