import { expect, it } from 'vitest'
import { transportFault } from './faults.ts'

const thrown = (code: string, message = 'm') => Object.assign(new Error(message), { code })

it.each([
  ['ENOTFOUND', false, 'dns'],
  ['EAI_AGAIN', false, 'dns'],
  ['ECONNREFUSED', false, 'refused'],
  ['UND_ERR_CONNECT_TIMEOUT', false, 'timeout_connect'],
  ['ETIMEDOUT', false, 'timeout_connect'],
  ['ETIMEDOUT', true, 'timeout_read'],
  ['UND_ERR_SOCKET', true, 'reset'],
  ['ECONNRESET', true, 'reset'],
  ['ECONNRESET', false, 'reset'],
  ['EPIPE', true, 'reset'],
  ['CERT_HAS_EXPIRED', false, 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', false, 'tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', false, 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', false, 'tls'],
  ['EPROTO', false, 'tls'],
  ['EHOSTUNREACH', false, 'other'],
  ['HPE_INVALID_CONSTANT', true, 'other'],
  ['', true, 'other'],
])('%s with sent %s is %s', (code, sent, expected) => {
  expect(transportFault(thrown(code), sent)).toEqual({ code: expected, message: 'm' })
})

it('says what happened at each of several addresses, once', () => {
  const inner = [
    thrown('ECONNREFUSED', 'connect ECONNREFUSED ::1:80'),
    thrown('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:80'),
  ]
  const error = Object.assign(new AggregateError(inner), { code: 'ECONNREFUSED' })
  expect(transportFault(error, false)).toEqual({
    code: 'refused',
    message: 'connect ECONNREFUSED ::1:80; connect ECONNREFUSED 127.0.0.1:80',
  })
})

it('takes whatever is thrown, and keeps secrets and length in hand', () => {
  expect(transportFault('text', true)).toEqual({ code: 'other', message: 'text' })
  expect(transportFault(thrown('ECONNRESET', ''), true)).toEqual({ code: 'reset', message: 'ECONNRESET' })
  expect(transportFault(undefined, true)).toMatchObject({ code: 'other' })
  const { message } = transportFault(thrown('', `token-1234 ${'long '.repeat(100)}`), true, ['token-1234'])
  expect(message).not.toContain('token-1234')
  expect(message.length).toBeLessThanOrEqual(200)
})
