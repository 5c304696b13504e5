import { describe, expect, it } from 'vitest'
import { assertControlPlaneUrl } from './control-plane-url.ts'
import { casesOf } from './testing/index.ts'

describe('assertControlPlaneUrl', () => {
  it.each(casesOf('request.cp-guard'))('agrees with the field about $id', ({ given }) => {
    expect(assertControlPlaneUrl(given.url)).toBe(given.url)
  })

  it.each([
    ['https://cp.example.com', 'https://cp.example.com'],
    [' https://cp.example.com/ ', 'https://cp.example.com'],
    ['HTTPS://CP.Example.com:443/', 'https://cp.example.com'],
    ['http://127.0.0.1:4901/staging/', 'http://127.0.0.1:4901/staging'],
    ['http://[::1]:4901/a/b', 'http://[::1]:4901/a/b'],
  ])('makes %j canonical', (text, expected) => expect(assertControlPlaneUrl(text)).toBe(expected))

  it.each([
    ['', /empty/],
    ['cp.example.com', /not a URL/],
    ['ftp://cp.example.com', /http/],
    ['file:///etc/passwd', /http/],
    ['https://admin:hunter22@cp.example.com', /credentials/],
    ['https://cp.example.com?token=hunter22', /query/],
    ['https://cp.example.com/#x', /fragment/],
    ['https://cp.example.com/?', /query/],
    ['https://cp.example.com/a%2fb', /escaped/],
  ])('refuses %j and does not repeat what may be secret in it', (text, why) => {
    expect(() => assertControlPlaneUrl(text)).toThrow(why)
    expect(() => assertControlPlaneUrl(text)).not.toThrow(/hunter22/)
  })
})
