import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact } from './redact.ts'

describe('redact', () => {
  it.each([
    ['Authorization: Bearer s3cr3ts3cr3t', 's3cr3t'],
    ['sent Basic YWRtaW46czNjcjN0', 'YWRtaW46'],
    ['https://admin:s3cr3t@registry.example.com/x', 's3cr3t'],
    ['see https://blobs.example.com/x?X-Amz-Signature=s3cr3t&y', 's3cr3t'],
    ['password=s3cr3t', 's3cr3t'],
    ['{"access_token": "s3cr3t with blanks"}', 's3cr3t'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'eyJzdWI'],
    ['ghp_abcdefghijklmnopqrst0123456789', 'ghp_abc'],
    ['wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY9', 'wJalr'],
    ['0123456789abcdef0123456789abcdef', '0123456789ab'],
  ])('hides the secret in %j', (text, secret) => {
    expect(redact(text)).not.toContain(secret)
    expect(redact(text)).toContain('[redacted]')
  })

  it.each([
    'manifest unknown',
    'requested access to the resource is denied',
    'connect ECONNREFUSED 127.0.0.1:5000',
    'getaddrinfo ENOTFOUND registry.some-very-long-name-of-a-company.example.com',
    'reading demo/workspace-server-tenant:staging-abcdef1 at registry.example.com:5000',
    'https://auth.example.com, which is not on the list',
  ])('leaves %j as it is', (text) => expect(redact(text)).toBe(text))

  it('keeps the first seven characters of a digest or commit', () => {
    expect(redact(`sha256:${'e3b0c44298fc1c14'.repeat(4)}`)).toBe('sha256:e3b0c44…')
    expect(redact('abcdef1234567890abcdef1234567890abcdef12')).toBe('abcdef1…')
  })

  it('takes the effect out of terminal escapes, and cuts', () => {
    expect(redact('a\u001b[31mred\r\nb\u2028c')).toBe('a [31mred b c')
    expect(redact('x y '.repeat(400))).toHaveLength(500)
    expect(redact('😀😀😀', [], 4)).toBe('😀…')
  })

  it('hides a given secret wherever it stands, also escaped, encoded and beyond the cut', () => {
    const secrets = fc.stringMatching(/^[\x21-\x7e]{8,60}$/)
    fc.assert(
      fc.property(secrets, fc.string({ maxLength: 40 }), (secret, around) => {
        for (const form of [secret, JSON.stringify(secret), encodeURIComponent(secret), btoa(secret)]) {
          const shown = redact(`${around} ${form} ${around}`.repeat(3), [secret])
          if (!'[redacted]'.includes(secret) && !around.includes(secret)) expect(shown).not.toContain(secret)
        }
      }),
    )
    const planted = 'plantedsecretplantedsecret'
    expect(redact(`${planted} `.repeat(400).slice(0, 2048 + 10), [planted], 20_000)).not.toMatch(/planted/)
  })

  it('takes its time from the length of the text and not from its shape', () => {
    const startedAt = performance.now()
    for (const text of ['a'.repeat(100_000), 'eyJ'.repeat(30_000), 'token='.repeat(20_000), '://'.repeat(30_000)])
      redact(text)
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })
})
