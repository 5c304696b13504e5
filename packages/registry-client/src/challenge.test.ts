import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseChallenges } from './challenge.ts'

describe('parseChallenges', () => {
  it.each([
    [
      'Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:a/b:pull,push"',
      [
        {
          scheme: 'bearer',
          parameters: {
            realm: 'https://auth.example.com/token',
            service: 'registry.example.com',
            scope: 'repository:a/b:pull,push',
          },
        },
      ],
    ],
    ['Basic realm="a, b"', [{ scheme: 'basic', parameters: { realm: 'a, b' } }]],
    ['BASIC', [{ scheme: 'basic', parameters: {} }]],
    [
      'Bearer realm="x", Basic realm="y" , charset=UTF-8',
      [
        { scheme: 'bearer', parameters: { realm: 'x' } },
        { scheme: 'basic', parameters: { realm: 'y', charset: 'UTF-8' } },
      ],
    ],
    [
      'Bearer Realm = "quo\\"ted", error=insufficient_scope',
      [{ scheme: 'bearer', parameters: { realm: 'quo"ted', error: 'insufficient_scope' } }],
    ],
    ['Bearer realm="first",realm="second"', [{ scheme: 'bearer', parameters: { realm: 'first' } }]],
    ['', []],
    [' , ,', []],
    ['realm="nobody\'s"', []],
    ['"', []],
  ])('reads %j', (header, expected) => expect(parseChallenges(header)).toEqual(expected))

  it('reads several headers as one list, and none as none', () => {
    expect(parseChallenges(['Bearer realm="x"', 'Basic']).map(({ scheme }) => scheme)).toEqual(['bearer', 'basic'])
    expect(parseChallenges(undefined)).toEqual([])
  })

  it('reads back whatever was quoted, and throws for nothing', () => {
    const value = fc.string().filter((text) => !/[\r\n]/.test(text))
    const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
    fc.assert(
      fc.property(value, value, (realm, service) => {
        const header = `Bearer realm=${quoted(realm)},service=${quoted(service)}`
        expect(parseChallenges(header)).toEqual([{ scheme: 'bearer', parameters: { realm, service } }])
      }),
    )
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseChallenges(text))))
  })

  it('takes its time from the length of the header and not from its shape', () => {
    const startedAt = performance.now()
    for (const text of [
      'a="'.repeat(20_000),
      'a=\\'.repeat(20_000),
      `Bearer ${'a,'.repeat(20_000)}`,
      ' '.repeat(60_000),
    ])
      parseChallenges(text)
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })
})
