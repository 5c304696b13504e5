import { timesSlower } from '@rollcall/outbound/testing'
import { describe, expect, it } from 'vitest'
import { errorTextOf } from './wire.ts'

describe('what a body says went wrong', () => {
  it.each([
    ['<html><head><title>502 Bad Gateway</title></head></html>', 'an HTML page titled "502 Bad Gateway"'],
    ['  <!doctype html><TITLE lang="en">\n Blocked </TITLE>', 'an HTML page titled "Blocked"'],
    ['<html></html>', 'an HTML page'],
    ['<title></title>', 'an HTML page'],
    ['<title>it never ends', 'an HTML page'],
    [`<title>${'long '.repeat(100)}</title>`, 'an HTML page'],
    [`<html>${' '.repeat(100_000)}<title>Far behind</title>`, 'an HTML page'],
    ['upstream timed out\n', 'upstream timed out'],
  ])('is told of %#', (body, text) => expect(errorTextOf(body)).toBe(text))

  it.each(['<title', '<title>', '<title ', '<title>x', '<'])('is told of any page as fast: %j', (piece) => {
    const pages = new Map([4_000, 64_000].map((length) => [length, `<html>${piece.repeat(length / piece.length)}`]))
    expect(timesSlower((length) => void errorTextOf(pages.get(length) ?? ''), 4_000, 16)).toBeLessThan(80)
  })
})
