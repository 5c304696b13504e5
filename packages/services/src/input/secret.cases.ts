import * as services from '../index.ts'
import type { BadFields, Verbs } from './cases.ts'

const origin = 'https://cp.example.com'
const name = 'ROLLCALL_CP_TOKEN_INPUT'

/** Every verb about stored secrets and where they go, with input that it would understand. */
export const secretVerbs = (): Verbs => ({
  setSecret: { verb: services.setSecret, good: () => ({ name, value: 'a-token', origins: [origin] }) },
  clearSecret: { verb: services.clearSecret, good: () => ({ name }) },
  allowOrigin: { verb: services.allowOrigin, good: () => ({ name, origin }) },
  disallowOrigin: { verb: services.disallowOrigin, good: () => ({ name, origin }) },
})

const names: BadFields = [
  ['name', 'PATH', 'name'],
  ['name', 'ROLLCALL_SESSION_SECRET', 'name'],
  ['name', 'ROLLCALL_HOOK_SECRET', 'name'],
  ['name', 'rollcall_cp_token', 'name'],
  ['name', 'ROLLCALL_CP_TOKEN\0', 'name'],
  ['name', 7, 'name'],
]
const origins: BadFields = [
  'cp.example.com',
  'ftp://cp.example.com',
  'https://u:p@cp.example.com',
  'https://cp.example.com/path',
  'https://cp.example.com?x',
  'https://cp.example.com#x',
  '',
  7,
].map((wrong) => ['origin', wrong, 'origin'])

export const secretBad: Record<string, BadFields> = {
  setSecret: [
    ...names,
    ['value', '', 'value'],
    ['value', 'a\nb', 'value'],
    ['value', 'a\0', 'value'],
    ['value', '\ud800', 'value'],
    ['value', 'x'.repeat(8_001), 'value'],
    ['value', 7, 'value'],
    ['origins', [], 'origins'],
    ['origins', origin, 'origins'],
    ['origins', ['cp.example.com'], 'origins.0'],
  ],
  clearSecret: names,
  allowOrigin: [...names, ...origins],
  disallowOrigin: [...names, ...origins],
}
