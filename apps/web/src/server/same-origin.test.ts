import { expect, it } from 'vitest'
import { provenanceOf } from './same-origin.ts'

const env = { baseUrl: new URL('https://rollcall.example.com/') }
const of = (headers: Record<string, string>) => provenanceOf(new Headers(headers), env)

it('believes what the browser states before anything else', () => {
  expect(of({ 'sec-fetch-site': 'same-origin', origin: 'https://elsewhere.example.com' })).toBe('same_origin')
  for (const site of ['cross-site', 'same-site', 'none', '', 'SAME-ORIGIN', 'same-origin, cross-site']) {
    expect(of({ 'sec-fetch-site': site, origin: 'https://rollcall.example.com' })).toBe('foreign')
  }
})

it('compares an origin with the configured base URL and never with the host that the sender names', () => {
  expect(of({ origin: 'https://rollcall.example.com' })).toBe('same_origin')
  for (const origin of [
    'http://rollcall.example.com',
    'https://rollcall.example.com:8443',
    'https://rollcall.example.com.evil.test',
    'https://evil.test',
    'null',
    '',
  ]) {
    expect(of({ origin, host: 'evil.test' }), origin).toBe('foreign')
    expect(of({ origin, host: 'evil.test', 'x-forwarded-host': 'evil.test', forwarded: 'host=evil.test' })).toBe(
      'foreign',
    )
  }
})

it('says so when a program states nothing', () => {
  expect(of({ host: 'rollcall.example.com' })).toBe('unstated')
})
