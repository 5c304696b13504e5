import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact } from './redact.ts'

describe('redacting', () => {
  it.each([
    ['Authorization: Bearer s3cr3t-value', 's3cr3t'],
    ['{"authorization":"token s3cr3t"}', 's3cr3t'],
    ['PRIVATE-TOKEN: s3cr3t', 's3cr3t'],
    ['https://bot:s3cr3t@git.example.com/x', 's3cr3t'],
    ['GET /x?access_token=s3cr3t&y=1', 's3cr3t'],
    ['{"client_secret": "s3cr3t with blanks"}', 's3cr3t'],
    ['ghp_abcdefghijklmnopqrst0123456789', 'ghp_abc'],
    ['github_pat_11ABCDEFG0123456789_abcdefgh', '11ABC'],
    ['glpat-abcdefghijklmnop1234', 'abcdef'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'MfKQ'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'eyJzdWI'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', 'MIIE'],
  ])('hides the secret in %j', (text, secret) => {
    expect(redact(text)).not.toContain(secret)
    expect(redact(text)).toContain('[redacted]')
  })

  it.each(['Bad credentials', 'No ref found for: main', 'a token is required', 'connect ECONNREFUSED 127.0.0.1:4901'])(
    'leaves %j as it is',
    (text) => expect(redact(text)).toBe(text),
  )

  it('takes the effect out of line ends and escapes, and cuts', () => {
    expect(redact('a\u001b[31mred\r\n::error::b\u2028c')).toBe('a [31mred ::error::b c')
    expect(redact('x y '.repeat(400))).toHaveLength(500)
    expect(redact('😀😀😀', [], 4)).toBe('😀…')
  })

  it('hides a given secret wherever it stands, also escaped, encoded and beyond the cut', () => {
    const secrets = fc.stringMatching(/^[\x21-\x7e]{8,60}$/)
    fc.assert(
      fc.property(secrets, fc.string({ maxLength: 40 }), (secret, around) => {
        const base64 = Buffer.from(secret).toString('base64')
        for (const form of [secret, JSON.stringify(secret), encodeURIComponent(secret), base64]) {
          const shown = redact(`${around} ${form} ${around}`.repeat(3), [secret])
          if (!'[redacted]'.includes(secret) && !around.includes(secret)) expect(shown).not.toContain(secret)
        }
      }),
    )
    const secret = 'plantedsecretplantedsecret'
    expect(redact(`${secret} `.repeat(400), [secret], 20_000)).not.toMatch(/planted/)
  })

  it('takes its time from the length of the text and not from its shape', () => {
    const nasty = ['a', 'eyJ', 'token=', '/-_', '://', 'bearer '].map((part) => part.repeat(100_000 / part.length))
    const before = process.cpuUsage()
    for (const text of nasty) redact(text)
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(1)
  })
})
