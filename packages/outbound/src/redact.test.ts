import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact } from './redact.ts'
import { timesSlower } from './testing/index.ts'

const sha = 'abcdef1234567890abcdef1234567890abcdef12'

describe('redact', () => {
  it.each([
    ['authorization: Bearer s3cr3t-value', 's3cr3t'],
    ['{"Authorization":"Bearer s3cr3t"}', 's3cr3t'],
    ['sent bearer s3cr3ts3cr3t to it', 's3cr3t'],
    ['Basic YWRtaW46czNjcjN0', 'YWRtaW46'],
    ['https://admin:s3cr3t@cp.example.com/x', 's3cr3t'],
    ['postgres://admin:s3cr3t@db/x', 's3cr3t'],
    ['GET /x?token=s3cr3t&y=1', 's3cr3t'],
    ['X-Amz-Signature=s3cr3t', 's3cr3t'],
    ['{"password": "s3cr3t with blanks"}', 's3cr3t'],
    ["api_key='s3cr3t'", 's3cr3t'],
    ['cookie: session=s3cr3t; path=/', 's3cr3t'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'eyJzdWI'],
    ['ghp_abcdefghijklmnopqrst0123456789', 'ghp_abc'],
    ['AKIAIOSFODNN7EXAMPLE', 'AKIAIO'],
    ['instance i-0123456789abcdef0 is gone', 'i-0123'],
    ['account 123456789012 has no', '123456789012'],
    ['arn:aws:iam::123456789012:role/x', 'role/x'],
    ['wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY9', 'wJalr'],
    ['0123456789abcdef0123456789abcdef', '0123456789ab'],
    ['{"authorization":"token s3cr3t"}', 's3cr3t'],
    ['PRIVATE-TOKEN: s3cr3t', 's3cr3t'],
    ['sent token 1234s3cr3t567890 to it', 's3cr3t'],
    ['{"client_secret": "s3cr3t with blanks"}', 's3cr3t'],
    ['github_pat_11ABCDEFG0123456789_abcdefgh', '11ABC'],
    ['glpat-abcdefghijklmnop1234', 'abcdef'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'MfKQ'],
    ['see https://blobs.example.com/x?opens=s3cr3t&y', 's3cr3t'],
    ['said q7w2e9r4t1y8u3i6o5p0a2s9d to us', 'q7w2e9'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', 'MIIE'],
    ['{"password": "s3cr3t whose quote is not clo', 's3cr3t'],
    ['{"password": "a\\" s3cr3t behind an escaped quote"}', 's3cr3t'],
    ['{"said":"{\\"password\\":\\"with blanks s3cr3t\\"}"}', 's3cr3t'],
    ["secret = 'it\\'s s3cr3t'", 's3cr3t'],
    ['a-scheme-that-is-longer-than-any-known-one://admin:s3cr3t@db/x', 's3cr3t'],
    ['half a jwt eyJhbGciOiJIUzI1NiJ9', 'eyJhb'],
  ])('hides the secret in %j', (text, secret) => {
    expect(redact(text)).not.toContain(secret)
    expect(redact(text)).toContain('[redacted]')
  })

  it.each([
    'missing bearer token',
    'a token is required',
    'Bad credentials',
    'No ref found for: main',
    'manifest unknown',
    'requested access to the resource is denied',
    'getaddrinfo ENOTFOUND registry.some-very-long-name-of-a-company.example.com',
    'reading demo/workspace-server-tenant:staging-abcdef1 at registry.example.com:5000',
    'https://auth.example.com, which is not on the list',
    'a bearer token is required',
    'upstream throttled',
    'the basic health check failed',
    'only_slugs: there is no tenant "acme-corp-with-a-rather-long-name-of-its-own-9"',
    `demo/tenant:staging-${sha.slice(0, 7)}`,
    '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    'connect ECONNREFUSED 127.0.0.1:4901',
    '2026-11-20T20:32:56.599Z',
  ])('leaves %j as it is', (text) => expect(redact(text)).toBe(text))

  it('keeps the first seven characters of a commit id or digest, which name a build and open nothing', () => {
    expect(redact(`runs ${sha}`)).toBe('runs abcdef1…')
    expect(redact(`sha256:${'e3b0c44298fc1c14'.repeat(4)}`)).toBe('sha256:e3b0c44…')
  })

  it('takes the effect out of terminal escapes and line ends', () => {
    expect(redact('a\u001b[31mred\r\nb\u2028c')).toBe('a [31mred b c')
  })

  it('cuts to the given length, ellipsis included, and never inside a character', () => {
    expect(redact('x y '.repeat(400))).toHaveLength(500)
    expect(redact('x y '.repeat(400)).endsWith('…')).toBe(true)
    expect(redact('😀😀😀', [], 4)).toBe('😀…')
    expect(redact('short', [], 5)).toBe('short')
  })

  it('hides a given secret wherever it stands, also escaped, encoded and beyond the cut', () => {
    const secrets = fc.stringMatching(/^[\x21-\x7e]{8,60}$/)
    fc.assert(
      fc.property(secrets, fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (secret, before, after) => {
        for (const form of [
          secret,
          JSON.stringify(secret),
          encodeURIComponent(secret),
          Buffer.from(secret).toString('base64'),
        ]) {
          const shown = redact(`${before} ${form} ${after}`.repeat(3), [secret])
          // What the redaction itself writes and what the text held before is not the secret.
          if (!'[redacted]'.includes(secret) && !before.includes(secret) && !after.includes(secret))
            expect(shown).not.toContain(secret)
        }
      }),
    )
  })

  it('does not let a secret survive in part where the text is too long to be read whole', () => {
    const secret = 'plantedsecretplantedsecret'
    const text = `${secret} `.repeat(400).slice(0, 8192 + 10)
    expect(redact(text, [secret], 20_000)).not.toMatch(/planted/)
  })

  const planted = 's3cr3tV4lue'
  const straddling: readonly (readonly [what: string, text: string])[] = [
    ['given', planted],
    ['a password in a pair', `password=x${planted}`],
    ['a password in quotes, with blanks', `{"password": "of many words ${planted} and ${planted}"}`],
    ['a password in escaped quotes', `{\\"password\\":\\"of many words ${planted}\\"}`],
    ['a password in a URL', `https://admin:p,w;${planted}@cp.example.com/`],
    ['a signed URL', `https://blobs.example.com/x?a=1,2;sig=${planted}`],
    ['a header', `authorization: Bearer ${planted}`],
    ['a key', `-----BEGIN PRIVATE KEY-----\nMIIE ${planted}\n${planted}\n-----END PRIVATE KEY-----`],
  ]
  it.each(straddling)('hides what straddles the end of what is looked at: %s', (what, text) => {
    const secrets = what === 'given' ? [planted] : []
    // hidden as a whole it leaves almost nothing, so that all of what was looked at is shown
    const before = `authorization=${'a'.repeat(60)}, `.repeat(4)
    for (let filled = 0; filled < 320; filled++) {
      const around = `${before}${'- '.repeat(filled).slice(0, filled)} ${text} ${'- '.repeat(400)}`
      for (const maxLength of [48, 320]) expect(redact(around, secrets, maxLength)).not.toMatch(/s3c|V4l/)
    }
  })

  it('says that there was more where only the beginning was looked at', () => {
    expect(redact('a'.repeat(100_000))).toBe('…')
    expect(redact(`said: ${'a'.repeat(100_000)}`)).toBe('said: …')
  })

  const nasty = [
    'a',
    'a-',
    'a.',
    'eyJ',
    'eyJaaaaaaaa-',
    'token=',
    'token="',
    'token',
    'token ',
    'password\\',
    '/-_',
    '://',
    'a://',
    'http://a',
    'http://a?',
    'bearer ',
    'arn:',
    'arn:a-',
    'AKIA',
    'a1',
    '-----BEGIN A',
    '-----BEGIN A-----',
    '-----END A',
    ' ',
    '\u0000',
  ]
  it.each(nasty)('takes its time from the length of the text and not from its shape: %j', (piece) => {
    // the last blank is what a rule runs up to from every place, and then does not want
    const of = (length: number) => `${piece.repeat(length / piece.length)} `
    expect(timesSlower((length) => void redact(of(length), [], 2_000), 500, 16)).toBeLessThan(80)
  })

  it('does not read the rest of a long text', () => {
    const texts = new Map([1_000, 64_000].map((length) => [length, 'ab '.repeat(length)]))
    expect(timesSlower((length) => void redact(texts.get(length) ?? '', [], 40), 1_000, 64)).toBeLessThan(8)
  })

  it('takes its time from the length of the text and not from its shape', () => {
    const nasty = [
      'a'.repeat(100_000),
      'eyJ'.repeat(30_000),
      'token='.repeat(20_000),
      '/-_'.repeat(30_000),
      '://'.repeat(30_000),
      'bearer '.repeat(15_000),
      'token '.repeat(15_000),
      'http://a?'.repeat(10_000),
      'a1'.repeat(50_000),
    ]
    const before = process.cpuUsage()
    for (const text of nasty) redact(text)
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(1)
  })
})
