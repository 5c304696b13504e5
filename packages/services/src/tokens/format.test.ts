import { describe, expect, it } from 'vitest'
import { hashOfToken, isWellFormedToken, newToken } from './format.ts'

describe('a new token', () => {
  it('has a beginning that scanners know, 43 characters of chance, and a checksum', () => {
    const { token, prefix, hash } = newToken()
    expect(token).toMatch(/^rc_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$/)
    expect(token.startsWith(`${prefix}_`)).toBe(true)
    expect(prefix).toMatch(/^rc_[0-9A-Za-z]{8}$/)
    expect(hash).toBe(hashOfToken(token))
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is like no other, and uses all of the alphabet', () => {
    const tokens = Array.from({ length: 2_000 }, () => newToken())
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(2_000)
    const seen = new Map<string, number>()
    for (const { token } of tokens) for (const one of token.slice(12, 55)) seen.set(one, (seen.get(one) ?? 0) + 1)
    expect(seen.size).toBe(62)
    // 86,000 characters: each about 1,387 times
    expect(Math.min(...seen.values())).toBeGreaterThan(1_150)
    expect(Math.max(...seen.values())).toBeLessThan(1_650)
  })
})

describe('a token that was typed', () => {
  const { token } = newToken()

  it('is taken as it was given', () => expect(isWellFormedToken(token)).toBe(true))

  it('is refused with any one character changed', () => {
    for (let i = 0; i < token.length; i++) {
      const other = token[i] === 'x' ? 'y' : 'x'
      expect(isWellFormedToken(token.slice(0, i) + other + token.slice(i + 1)), `at ${i}`).toBe(false)
    }
  })

  it('is refused with two neighbours swapped', () => {
    for (let i = 12; i < token.length - 1; i++) {
      const swapped = token.slice(0, i) + token[i + 1] + token[i] + token.slice(i + 2)
      if (swapped !== token) expect(isWellFormedToken(swapped), `at ${i}`).toBe(false)
    }
  })

  it.each([
    ['cut short', (text: string) => text.slice(0, -1)],
    ['with one more', (text: string) => `${text}0`],
    ['with a blank', (text: string) => ` ${text}`],
    ['with a line end', (text: string) => `${text}\n`],
    ['in capitals', (text: string) => text.toUpperCase()],
    ['empty', () => ''],
  ])('is refused %s', (_what, change) => expect(isWellFormedToken(change(token))).toBe(false))
})
