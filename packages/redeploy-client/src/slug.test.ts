import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildinfoUrl, validSlug } from './slug.ts'
import { casesOf } from './testing/index.ts'

describe('validSlug', () => {
  it.each(casesOf('validate.slug'))('agrees with the field about $id', ({ given, expect: expected }) => {
    expect(validSlug(given.slug)).toBe(expected)
  })

  it.each(['a', '9', 'a-b', 'a--b'])('takes "%s"', (slug) => expect(validSlug(slug)).toBe(true))
  it.each(['', 'A', 'a-', 'a\n', 'a.b', 'ä', 'a b', '..', '%00', 'a@b', 'a:80', 'а'])('refuses %j', (slug) =>
    expect(validSlug(slug)).toBe(false),
  )
})

describe('buildinfoUrl', () => {
  it.each([
    ['https://{slug}.example.com', 'https://acme.example.com/buildinfo'],
    ['https://{slug}.example.com/', 'https://acme.example.com/buildinfo'],
    ['https://{slug}.example.com/app/', 'https://acme.example.com/app/buildinfo'],
    ['https://t-{slug}.example.com:8443', 'https://t-acme.example.com:8443/buildinfo'],
    ['http://127.0.0.1:4901/staging/t/{slug}', 'http://127.0.0.1:4901/staging/t/acme/buildinfo'],
    ['https://{slug}.example.com/t/{slug}', 'https://acme.example.com/t/acme/buildinfo'],
    ['https://{slug}.localhost', 'https://acme.localhost/buildinfo'],
  ])('fills %s', (template, expected) => expect(buildinfoUrl(template, 'acme')).toBe(expected))

  it.each([
    ['https://example.com', /no \{slug\}/],
    ['https://{slug}', /followed by a fixed domain/],
    ['https://{slug}:8080', /followed by a fixed domain/],
    ['https://{slug}.', /followed by a fixed domain/],
    ['https://{slug}.{slug}.example.com', /only once/],
    ['ftp://{slug}.example.com', /http/],
    ['https://{slug}@example.com/{slug}', /credentials/],
    ['https://user:pass@{slug}.example.com', /credentials/],
    ['https://{slug}.example.com?x={slug}', /query/],
    ['https://example.com/?t={slug}', /query/],
    ['https://example.com/#{slug}', /fragment/],
    ['{slug}', /not a URL/],
    ['https://example.com:{slug}/', /not a URL/],
  ])('refuses the template %s', (template, why) => expect(() => buildinfoUrl(template, 'acme')).toThrow(why))

  it('refuses a slug that the parser would read as another host', () => {
    expect(() => buildinfoUrl('http://{slug}.0.0.1', '127')).toThrow(/leave the origin|not a URL/)
  })

  it('never leaves the origin of its template, whatever the slug is', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'a.evil',
        'a/../..',
        '//evil',
        '@evil',
        'a#',
        'a?',
        'evil.com/',
        'a%2f..',
        'a\\b',
        '.',
        '..',
        'localhost',
        '0',
        'xn--a',
      ),
      fc.stringMatching(/^[a-z0-9-]{0,70}$/),
    )
    fc.assert(
      fc.property(hostile, (slug) => {
        for (const template of ['https://{slug}.example.com', 'http://127.0.0.1:4901/staging/t/{slug}']) {
          let url: URL
          try {
            url = new URL(buildinfoUrl(template, slug))
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError)
            continue
          }
          expect(validSlug(slug)).toBe(true)
          expect(url.pathname.endsWith('/buildinfo')).toBe(true)
          if (template.startsWith('https')) expect(url.hostname).toBe(`${slug}.example.com`)
          else expect(url.href).toBe(`http://127.0.0.1:4901/staging/t/${slug}/buildinfo`)
        }
      }),
    )
  })
})
