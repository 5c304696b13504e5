import { expect, it } from 'vitest'
import { leakFinder, needlesFor } from './canaries.ts'

const secret = 'canary-"operator"<&>+/ä-0123456789abcdef'
const leaksIn = leakFinder(
  needlesFor({ operator: secret, 'API token': { secret: 'rc_1a2B3c4D_abcdefghijklmnopqrstuvwxyz', shown: 12 } }),
)

it.each<[string, (text: string) => string]>([
  ['as it is', (text) => text],
  ['in base64', (text) => Buffer.from(text).toString('base64')],
  ['in base64 after one byte', (text) => Buffer.from(`a${text}`).toString('base64')],
  ['in base64 between other things', (text) => Buffer.from(`user:${text}:more`).toString('base64')],
  ['in base64url', (text) => Buffer.from(`xy${text}`).toString('base64url')],
  ['in hex', (text) => Buffer.from(text).toString('hex')],
  ['in upper case hex', (text) => Buffer.from(text).toString('hex').toUpperCase()],
  ['percent-encoded', encodeURIComponent],
  ['as JSON', (text) => JSON.stringify({ error: `it was ${text}` })],
  [
    'as HTML',
    (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  ],
  ['only its first half', (text) => text.slice(0, Math.ceil(text.length / 2))],
  ['only its second half', (text) => text.slice(-Math.ceil(text.length / 2))],
])('finds a secret %s', (_form, write) => {
  expect(leaksIn(`before ${write(secret)} after`)).toEqual(['operator'])
})

it('finds nothing in what is meant to be seen, and in what only looks alike', () => {
  expect(leaksIn('token rc_1a2B3c4D was revoked; canary-; 0123456789')).toEqual([])
  expect(leaksIn('rc_1a2B3c4D_abcdefghijklmnopqrstuvwxyz')).toEqual(['API token'])
  expect(leaksIn('')).toEqual([])
})
