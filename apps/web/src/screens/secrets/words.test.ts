import type { SecretView } from '@rollcall/services'
import { expect, test } from 'vitest'
import { deniedOf, hostOf, statusOf, usersOf } from './words.ts'

const secret = (more: Partial<SecretView>): SecretView => ({
  ...{ name: 'ROLLCALL_CP_TOKEN', value: 'stored', alsoInProcess: false, readable: true, setAt: null, setBy: null },
  ...{ boundTo: [], usedBy: [], waiting: [] },
  ...more,
})

test.each([
  [{ value: 'stored' }, 'set here'],
  [{ value: 'process' }, 'in the process'],
  [{ value: 'missing' }, 'missing'],
  [{ value: 'stored', readable: false }, 'under another key'],
] as const)('%j is told as %s', (more, word) => expect(statusOf(secret(more)).word).toBe(word))

test('what is set here goes before the process, and says so', () => {
  expect(statusOf(secret({ alsoInProcess: true })).sentence).toContain('before the variable')
})

test('who uses it is told once, and where it may not go is found', () => {
  const at = (origin: string, allowed: boolean) => ({ kind: 'registry', of: 'hub', origin, allowed }) as const
  const used = secret({ usedBy: [at('https://a:443', true), at('https://b:8443', false), at('https://b:8443', false)] })
  expect(usersOf(used)).toEqual(['registry hub'])
  expect(deniedOf(used)).toEqual(['https://b:8443'])
  expect(hostOf('https://a:443')).toBe('a')
  expect(hostOf('http://b:8080')).toBe('b:8080')
})
