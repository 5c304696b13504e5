import { describe, expect, it } from 'vitest'
import { createRegistryClient } from './client.ts'
import { knownRegistry } from './known.ts'
import { assertRegistryUrl } from './registry-url.ts'

describe('assertRegistryUrl', () => {
  it.each([
    [' https://Registry.example.com/ ', 'https://registry.example.com'],
    ['https://registry.example.com:443', 'https://registry.example.com'],
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5000'],
    ['http://localhost:5000/', 'http://localhost:5000'],
    ['http://[::1]:5000', 'http://[::1]:5000'],
    ['http://registry.internal:5000', 'http://registry.internal:5000'],
  ])('makes %j canonical', (text, expected) =>
    expect(assertRegistryUrl(text, ['registry.internal:5000'])).toBe(expected),
  )

  it.each([
    ['', /empty/],
    ['registry.example.com', /not a URL/],
    ['ftp://registry.example.com', /must start with http/],
    ['https://user:hunter22@registry.example.com', /must not hold credentials/],
    ['https://registry.example.com/v2/', /host only/],
    ['https://registry.example.com/?hunter22', /host only/],
    ['https://registry.example.com?', /host only/],
    ['http://registry.example.com', /not listed for plain http/],
    ['http://registry.internal:5001', /not listed for plain http/],
    ['http://127.0.0.1.example.com', /not listed for plain http/],
  ])('refuses %j and does not repeat what may be secret in it', (text, why) => {
    expect(() => assertRegistryUrl(text, ['registry.internal:5000'])).toThrow(why)
    expect(() => assertRegistryUrl(text)).not.toThrow(/hunter22/)
  })
})

describe('a bug of the caller', () => {
  it.each([
    { username: '', password: 'x' },
    { username: 'a:b', password: 'x' },
    { username: 'a', password: '' },
    { username: 'a', password: 'hunter22\r\nX-Other: 1' },
    { token: '' },
    { token: 'hunter22 blank' },
    { token: 'hunter22\nline' },
  ])('is to give credentials that no header can carry: %j', (credentials) => {
    const call = () => knownRegistry({ url: 'https://registry.example.com', credentials }, [])
    expect(call).toThrow(TypeError)
    expect(call).not.toThrow(/hunter22/)
  })

  it('is a TypeError before anything is sent', async () => {
    const client = createRegistryClient({ reach: 'all' })
    const registry = { url: 'http://127.0.0.1:9' }
    const bytes = Buffer.from('{}')
    const mediaType = 'application/vnd.oci.image.index.v1+json'
    const wrong = [
      client.headManifest(registry, '../a', 'b'),
      client.headManifest(registry, 'a', '../b'),
      client.headManifest(registry, 'a', 'b', { timeoutMs: 0 }),
      client.headManifest(registry, 'a', 'b', { timeoutMs: 2 ** 31 }),
      client.headManifest({ url: 'http://registry.example.com' }, 'a', 'b'),
      client.putManifest(registry, 'a', 'b', { bytes, mediaType: 'application/json' }),
      client.putManifest(registry, 'a', 'b', { bytes: Buffer.alloc(0), mediaType }),
      client.putManifest(registry, 'a', `sha256:${'0'.repeat(64)}`, { bytes, mediaType }),
      client.retag(registry, 'a', 'b', `sha256:${'0'.repeat(64)}`),
      client.deleteTag(registry, 'a', 'b', { expectedDigest: 'latest' }),
    ]
    for (const call of wrong) await expect(call).rejects.toThrow(TypeError)
    await client.close()
    expect(() => createRegistryClient({ allowedRealms: ['auth.example.com'] })).toThrow(TypeError)
    expect(() => createRegistryClient({ allowedRealms: ['https://auth.example.com/token'] })).toThrow(TypeError)
  })
})
