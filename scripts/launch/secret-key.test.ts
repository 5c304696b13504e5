import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readSecretKeys } from '../../packages/services/src/secrets/keys.ts'
import { provideSecretKey, secretKeyFile } from './secret-key.ts'

const home = mkdtempSync(path.join(tmpdir(), 'rollcall-home-'))
afterAll(() => rmSync(home, { recursive: true }))

test('a home has one key, which is made whole, belongs to its owner alone, and stays', () => {
  const told = provideSecretKey(home, {})
  expect(told).toEqual({ ROLLCALL_SECRET_KEY_FILE: secretKeyFile(home) })
  expect(readSecretKeys(told)).toHaveLength(1)
  expect(statSync(secretKeyFile(home)).mode & 0o777).toBe(0o600)
  const key = readFileSync(secretKeyFile(home), 'utf8')
  expect(provideSecretKey(home, {})).toEqual(told)
  expect(readFileSync(secretKeyFile(home), 'utf8')).toBe(key)
  expect(readdirSync(home)).toEqual(['secret.key'])
})

test('none is made where the environment names one', () => {
  expect(provideSecretKey('/nowhere', { ROLLCALL_SECRET_KEY: 'x' })).toEqual({})
  expect(provideSecretKey('/nowhere', { ROLLCALL_SECRET_KEY_FILE: '/x' })).toEqual({})
})
