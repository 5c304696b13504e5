import { expect, test } from 'vitest'
import { findPlaces, type Place, placesOf, tenantPlace } from './palette-places.ts'

const places: Place[] = [
  ...placesOf(undefined),
  { href: '/applies/1', label: 'workspace-server 9c2e2b6 to production', note: 'paused', also: 'apl_1 9c2e2b6ffff' },
  tenantPlace('production', 'acme', 'fresh'),
]

test('the rooms are there before any answer', () => {
  const rooms = placesOf(undefined).map(({ href }) => href)
  expect(rooms.slice(0, 5)).toEqual(['/', '/applies', '/applies/new', '/fleet', '/components'])
  expect(new Set(rooms).size).toBe(rooms.length)
})
test('every typed word must occur, in any order', () => {
  expect(findPlaces(places, 'production paused').map(({ href }) => href)).toEqual(['/applies/1'])
  expect(findPlaces(places, 'paused staging')).toEqual([])
})
test('a full commit finds its apply', () => {
  expect(findPlaces(places, '9c2e2b6ffff').map(({ href }) => href)).toEqual(['/applies/1'])
})
test('what begins with the text comes first', () => {
  expect(findPlaces(places, 'a')[0]?.label).toBe('Applies')
})
