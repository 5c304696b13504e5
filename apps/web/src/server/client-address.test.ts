import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientAddressOf, parseTrustedProxies } from './client-address.ts'

const nobody = parseTrustedProxies('')
const some = parseTrustedProxies('10.0.0.0/8, 192.0.2.7, fd00::/8, ::1')

const ask = (trustedProxies: typeof nobody, peer: string | null, forwarded?: string) =>
  clientAddressOf(
    new Headers({
      ...(peer === null ? {} : { 'x-rollcall-peer': peer }),
      ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
    }),
    { trustedProxies },
  )

describe('the address of a client', () => {
  it('is the other end of the connection, whatever the request says, while nobody is trusted', () => {
    expect(ask(nobody, '198.51.100.4', '1.2.3.4')).toBe('198.51.100.4')
    expect(ask(nobody, '127.0.0.1', '1.2.3.4')).toBe('127.0.0.1')
  })

  it('is read from the right, past trusted proxies, up to the first that is not trusted', () => {
    expect(ask(some, '10.1.2.3', '203.0.113.9')).toBe('203.0.113.9')
    expect(ask(some, '10.1.2.3', '6.6.6.6, 203.0.113.9, 192.0.2.7')).toBe('203.0.113.9')
    expect(ask(some, '203.0.113.1', '6.6.6.6')).toBe('203.0.113.1')
    expect(ask(some, 'fd00::12', '2001:db8::1, ::1')).toBe('2001:db8::1')
  })

  it('is the outermost trusted one when the whole chain is trusted, or what comes before it is no address', () => {
    expect(ask(some, '10.1.2.3', '10.9.9.9')).toBe('10.9.9.9')
    expect(ask(some, '10.1.2.3')).toBe('10.1.2.3')
    for (const odd of ['', 'unknown', '_hidden', '1.2.3', '1.2.3.4.5', '01.2.3.4', 'fe80::1%eth0', '1.2.3.4\u00a0x']) {
      expect(ask(some, '10.1.2.3', `6.6.6.6, ${odd}`)).toBe('10.1.2.3')
    }
  })

  it('is written in one way, without a port', () => {
    expect(ask(nobody, '::ffff:198.51.100.4')).toBe('198.51.100.4')
    expect(ask(nobody, '2001:0DB8:0:0::0001')).toBe('2001:db8::1')
    expect(ask(some, '::ffff:10.0.0.1', '198.51.100.4:4711')).toBe('198.51.100.4')
    expect(ask(some, '10.0.0.1', '[2001:db8::1]:4711')).toBe('2001:db8::1')
  })

  it('is unknown when the server did not say who is there', () => {
    expect(ask(some, null, '1.2.3.4')).toBe('unknown')
    expect(ask(some, 'nonsense', '1.2.3.4')).toBe('unknown')
  })

  it('never is what somebody wrote left of the first that is not trusted', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.ipV4(), (lies, real) => {
        fc.pre(!real.startsWith('10.') && real !== '192.0.2.7')
        const header = new Headers({ 'x-rollcall-peer': '10.0.0.1' })
        const chain = [...lies.map((lie) => lie.replace(/[^\x20-\x7e]/g, '?')), real, '10.0.0.9'].join(', ')
        header.set('x-forwarded-for', chain)
        expect(clientAddressOf(header, { trustedProxies: some })).toBe(real)
      }),
    )
  })
})

describe('a list of trusted proxies', () => {
  it('is refused as a whole when any of it is not an address or a network', () => {
    for (const odd of [
      '10.0.0.0/33',
      '10.0.0.0/',
      '10.0.0.0/08',
      '10.0.0.0/-1',
      '10.0.0/8',
      '010.0.0.0/8',
      '10.0.0.1/8',
      'fd00::1/8',
      '::1/129',
      'fe80::1%eth0',
      'localhost',
      'all',
      '*',
      '10.0.0.0/8/8',
      '10.0.0.0/8 11.0.0.0/8',
      '0x0a000000/8',
    ]) {
      expect(() => parseTrustedProxies(`192.0.2.7,${odd}`), odd).toThrow()
    }
  })

  it('takes networks of both families, and one that is written as IPv4 inside of IPv6', () => {
    const list = parseTrustedProxies('0.0.0.0/0,2001:db8::/32,::ffff:198.51.100.0/120')
    expect(list.check('8.8.8.8', 'ipv4')).toBe(true)
    expect(list.check('2001:db8:1::1', 'ipv6')).toBe(true)
    expect(list.check('2001:db9::1', 'ipv6')).toBe(false)
  })
})
