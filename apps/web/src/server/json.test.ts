import { expect, it } from 'vitest'
import { parseJson, requirePlain } from './json.ts'

it('takes ordinary JSON as it is', () => {
  const value = { a: [1, 2.5, null, true, 'ü🚀'], b: { c: 'x' } }
  expect(parseJson(JSON.stringify(value))).toEqual(value)
})

it.each([
  ['text that is no JSON', '{', null],
  ['NUL in a value', '{"a":"x\\u0000y"}', 'a'],
  ['NUL in a name', '{"a\\u0000":1}', null],
  ['half of a surrogate pair', '{"a":{"b":"\\ud800"}}', 'a.b'],
  ['a number beyond range', '{"a":[1e999]}', 'a.0'],
  ['__proto__', '{"__proto__":{"admin":true}}', '__proto__'],
  ['constructor deep inside', '{"a":{"constructor":{"prototype":{}}}}', 'a.constructor'],
])('refuses %s and names the place', (_what, text, field) => {
  expect(() => parseJson(text)).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ code: 'malformed', field }) }),
  )
})

it('refuses nesting of any depth without exhausting the stack', () => {
  for (const depth of [17, 1_000, 200_000]) {
    expect(() => parseJson(`${'['.repeat(depth)}${']'.repeat(depth)}`)).toThrow(/nested deeper/)
    expect(() => parseJson(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)).toThrow(/nested deeper/)
  }
})

it('leaves the prototype of everything else alone', () => {
  expect(() => parseJson('{"__proto__":{"polluted":true}}')).toThrow()
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

it('takes what is no JSON object, too', () => {
  for (const value of [undefined, null, 1, 'x', []]) expect(() => requirePlain(value)).not.toThrow()
})
