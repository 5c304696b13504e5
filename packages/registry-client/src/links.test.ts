import { timesSlower } from '@rollcall/outbound/testing'
import { describe, expect, it } from 'vitest'
import { knownRegistry } from './known.ts'
import { nextLink, ownPath } from './links.ts'

const registry = knownRegistry({ url: 'https://registry.example.com' }, [])

describe('the next page', () => {
  it.each([
    ['</v2/a/tags/list?last=b&n=2>; rel="next"', '/v2/a/tags/list?last=b&n=2'],
    ['</v2/a/tags/list?last=b,c;d>;rel=next', '/v2/a/tags/list?last=b,c;d'],
    ['</first>; rel="first", </two>; title="a, b"; rel="prev next"', '/two'],
    ['</x>; rel="prev"', null],
    ['<>; rel="next"', null],
    ['', null],
    [undefined, null],
    ['next', null],
  ])('is read from %j', (header, expected) => expect(nextLink(header)).toBe(expected))

  it.each(['<', '<>;a=', '<a', '<>; '])('is found as fast in any header: %j', (piece) => {
    expect(timesSlower((length) => void nextLink(piece.repeat(length / piece.length)), 2_000, 16)).toBeLessThan(80)
  })
})

describe('where a registry sends us on to', () => {
  it.each([
    ['/v2/a?x=1', '/v2/a?x=1'],
    ['https://registry.example.com/v2/a?x=a%2Bb', '/v2/a?x=a%2Bb'],
    ['https://REGISTRY.example.com:443/v2/a', '/v2/a'],
    // A proxy that took the TLS off: the path is right, and only the path is taken.
    ['http://registry.example.com/v2/a', '/v2/a'],
  ])('is its own host: %j', (link, path) => expect(ownPath(registry, link)).toBe(path))

  it.each([
    'https://elsewhere.example.com/v2/a',
    'https://registry.example.com:8443/v2/a',
    '//elsewhere.example.com/v2/a',
    'https://user:password@registry.example.com/v2/a',
    'https://registry.example.com@elsewhere.example.com/',
    'file:///etc/passwd',
    'http://[',
    '',
    undefined,
  ])('is not followed elsewhere: %j', (link) => expect(ownPath(registry, link)).toBeNull())
})
