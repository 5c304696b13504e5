import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseReference, shownReference, validDigest, validRepository, validTag } from './reference.ts'

const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`
const sha512 = `sha512:${'0123456789abcdef'.repeat(8)}`

describe('parseReference', () => {
  it.each([
    ['registry.example.com/demo/tenant:1.4', 'registry.example.com', 'demo/tenant', '1.4', null],
    ['registry.example.com/tenant:latest', 'registry.example.com', 'tenant', 'latest', null],
    ['localhost/tenant:a', 'localhost', 'tenant', 'a', null],
    ['localhost:5000/a/b/c:v1', 'localhost:5000', 'a/b/c', 'v1', null],
    ['127.0.0.1:5000/a__b/c-d.e--f:_x', '127.0.0.1:5000', 'a__b/c-d.e--f', '_x', null],
    ['[::1]:5000/a:b', '[::1]:5000', 'a', 'b', null],
    ['Registry.Example.COM/a:B', 'registry.example.com', 'a', 'B', null],
    [`registry.example.com:443/demo/tenant@${sha256}`, 'registry.example.com:443', 'demo/tenant', null, sha256],
    [`registry.example.com/demo/tenant@${sha512}`, 'registry.example.com', 'demo/tenant', null, sha512],
  ])('reads %j', (text, host, repository, tag, digest) => {
    expect(parseReference(text)).toEqual({ host, repository, tag, digest })
  })

  it.each([
    ['', /empty/],
    ['demo/tenant:1', /begin with the host/],
    ['tenant:1', /begin with the host/],
    ['tenant', /begin with the host/],
    ['localhost:5000', /begin with the host/],
    ['registry.example.com/demo/tenant', /no default tag/],
    ['registry.example.com/demo/tenant:', /a tag has/],
    [`registry.example.com/demo/tenant:1@${sha256}`, /a tag and a digest/],
    [`registry.example.com/demo/tenant@${sha256}@${sha256}`, /more than one @/],
    ['registry.example.com/demo/tenant@sha256:abc', /a digest is/],
    [`registry.example.com/demo/tenant@${sha256.toUpperCase()}`, /a digest is/],
    [`registry.example.com/demo/tenant@md5:${'0'.repeat(32)}`, /a digest is/],
    ['https://registry.example.com/demo/tenant:1', /leave out the scheme/],
    ['registry.example.com/Demo/tenant:1', /lower case/],
    ['registry.example.com/demo//tenant:1', /lower case/],
    ['registry.example.com/demo/tenant/:1', /lower case/],
    ['registry.example.com/../tenant:1', /lower case/],
    ['registry.example.com/demo/-tenant:1', /lower case/],
    ['registry.example.com/demo___x:1', /lower case/],
    ['registry.example.com/a/%2e%2e:1', /lower case/],
    [`registry.example.com/${'a'.repeat(256)}:1`, /at most 255/],
    ['registry.example.com/a:-x', /a tag has/],
    [`registry.example.com/a:${'x'.repeat(129)}`, /a tag has/],
    ['registry.example.com/a:b c', /a tag has/],
    ['registry.example.com/a:b\n', /a tag has/],
    ['-registry.example.com/a:b', /host is not valid/],
    ['registry..example.com/a:b', /host is not valid/],
    ['user@registry.example.com/a:b', /host is not valid/],
    ['user:password@registry.example.com/a:b', /host is not valid/],
    ['registry.example.com:65536/a:b', /host is not valid/],
    ['registry.example.com:x/a:b', /host is not valid/],
    [undefined as unknown as string, /empty/],
  ])('refuses %j with what to change', (text, why) => {
    expect(() => parseReference(text)).toThrow(TypeError)
    expect(() => parseReference(text)).toThrow(why)
  })

  it('reads back what was written from its parts, and never anything else into them', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}(?:[._-][a-z0-9]{1,4})?$/)
    const repository = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
    const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/)
    fc.assert(
      fc.property(repository, fc.oneof(tag, fc.constant(sha256)), (name, reference) => {
        const parsed = parseReference(`r.example:5000/${shownReference(name, reference)}`)
        expect(parsed).toMatchObject({ host: 'r.example:5000', repository: name })
        expect(parsed.tag ?? parsed.digest).toBe(reference)
      }),
    )
  })

  it('takes its time from the length of the text and not from its shape', () => {
    const startedAt = performance.now()
    for (const text of ['a-'.repeat(50_000), 'a/'.repeat(50_000), `r.x/${'a_'.repeat(50_000)}:`, '['.repeat(100_000)])
      expect(() => parseReference(text)).toThrow(TypeError)
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })

  it('lets nothing into a path that a URL would understand', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (validRepository(text)) expect(new URL(`/v2/${text}/tags`, 'http://r').pathname).toBe(`/v2/${text}/tags`)
        if (validTag(text) || validDigest(text))
          expect(new URL(`/v2/m/${text}`, 'http://r').pathname).toBe(`/v2/m/${text}`)
      }),
    )
    for (const bad of ['.', '..', 'a/..', '', 'a?b', 'a#b']) {
      expect(validRepository(bad)).toBe(false)
      expect(validTag(bad)).toBe(false)
    }
  })
})
