import * as services from '../index.ts'
import type { BadFields, Given, Verbs } from './cases.ts'
import { ids, pages, reasons } from './rollouts.cases.ts'

const trust = (given: Given) => ({
  name: 'deploy',
  issuer: 'https://token.actions.githubusercontent.com',
  claims: { repository_id: '123', ref: 'refs/heads/main' },
  capabilities: ['apply.open'],
  environments: [given.environment],
})

/** Every verb about tokens and about which pipelines may come in, with input that it would understand. */
export const trustVerbs = (given: Given): Verbs => ({
  createToken: {
    verb: services.createToken,
    good: () => ({ name: 'deploy', capabilities: 'operator', environments: [given.environment], expiresInHours: 24 }),
  },
  listTokens: { verb: services.listTokens, good: () => ({}) },
  getToken: { verb: services.getToken, good: () => ({ id: 'tok_1' }) },
  revokeToken: { verb: services.revokeToken, good: () => ({ id: 'tok_1' }) },
  createTrust: { verb: services.createTrust, good: () => trust(given) },
  updateTrust: { verb: services.updateTrust, good: () => ({ id: 'trs_1', ...trust(given) }) },
  disableTrust: { verb: services.disableTrust, good: () => ({ id: 'trs_1' }) },
  enableTrust: { verb: services.enableTrust, good: () => ({ id: 'trs_1' }) },
  deleteTrust: { verb: services.deleteTrust, good: () => ({ id: 'trs_1' }) },
})

const names: BadFields = [
  ['name', '', 'name'],
  ['name', 'x'.repeat(101), 'name'],
  ['name', 'a\0', 'name'],
]
const asked: BadFields = [
  ['capabilities', 'root', 'capabilities'],
  ['capabilities', [], 'capabilities'],
  ['capabilities', ['apply.open', 'root'], 'capabilities.1'],
  ['capabilities', undefined, 'capabilities'],
  ['environments', 'production', 'environments'],
  ['environments', ['No Slug'], 'environments.0'],
  ['environments', null, 'environments'],
]
const rsa = { kty: 'RSA', kid: 'one', n: 'a'.repeat(342), e: 'AQAB' }
const trusts: BadFields = [
  ...names,
  ...asked,
  ['issuer', 'token.actions.githubusercontent.com', 'issuer'],
  ['issuer', 'http://ci.example.com', 'issuer'],
  ['issuer', 'ftp://ci.example.com', 'issuer'],
  ['issuer', 'https://*.example.com', 'issuer'],
  ['issuer', 'https://CI.example.com', 'issuer'],
  ['issuer', 'https://ci.example.com:443', 'issuer'],
  ['issuer', 'https://ci.example.com/a/../b', 'issuer'],
  ['issuer', 'https://user@ci.example.com', 'issuer'],
  ['issuer', 'https://ci.example.com?x=1', 'issuer'],
  ['issuer', 'https://127.0.0.1.evil.example ', 'issuer'],
  ['issuer', 'http://127.0.0.1.evil.example', 'issuer'],
  ['audience', '', 'audience'],
  ['audience', 7, 'audience'],
  ['claims', {}, 'claims'],
  ['claims', [], 'claims'],
  ['claims', { repository_id: 123 }, 'claims.repository_id'],
  ['claims', { repository_id: ['123'] }, 'claims.repository_id'],
  ['claims', { 'repository-id': '123' }, 'claims.repository-id'],
  ['claims', { repository: 'acme/app' }, 'claims'],
  ['claims', { repository_id: '12*' }, 'claims.repository_id'],
  ['claims', { repository_id: '123', aud: 'x' }, 'claims.aud'],
  ['claims', Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`c${i}`, 'x'])), 'claims'],
  ['minutes', 0, 'minutes'],
  ['minutes', 61, 'minutes'],
  ['minutes', '15', 'minutes'],
  ['keys', {}, 'keys.keys'],
  ['keys', { keys: [] }, 'keys.keys'],
  ['keys', { keys: [{ ...rsa, d: 'secret' }] }, 'keys.keys.0'],
  ['keys', { keys: [{ kty: 'oct', kid: 'one', k: 'AAAA' }] }, 'keys.keys.0'],
  ['keys', { keys: [{ ...rsa, kid: undefined }] }, 'keys.keys.0.kid'],
  ['keys', { keys: [{ ...rsa, n: 'AQAB' }] }, 'keys.keys.0.n'],
  ['keys', { keys: [rsa, rsa] }, 'keys'],
]

/** What none of them can understand. */
export const trustBad: Record<string, BadFields> = {
  createToken: [
    ...names,
    ...asked,
    ['environments', [], 'environments'],
    ['expiresInHours', undefined, 'expiresInHours'],
    ['expiresInHours', 0, 'expiresInHours'],
    ['expiresInHours', 366 * 24 + 1, 'expiresInHours'],
    ['expiresInHours', 1.5, 'expiresInHours'],
  ],
  listTokens: [...pages, ['of', 'everybody', 'of']],
  getToken: ids,
  revokeToken: [...ids, ...reasons],
  createTrust: trusts,
  updateTrust: [...ids, ...trusts],
  disableTrust: [...ids, ...reasons],
  enableTrust: ids,
  deleteTrust: [...ids, ...reasons],
}
