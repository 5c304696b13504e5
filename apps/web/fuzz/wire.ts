import type { Dice } from './dice.ts'
import { type Draft, encoded, isControl, trpcInput } from './draft.ts'
import type { FuzzEntry } from './entries.ts'
import { oddText } from './odd.ts'
import type { Facts } from './shapes.ts'

/** Bytes for a connection, and how they are to be treated there. */
export interface WireRequest {
  bytes: Buffer
  /** HTTP as it should be: sent over a connection that is used again, and answered exactly once */
  isRegular: boolean
  /** an answer to it has no body */
  isHead: boolean
  /** may be answered with a stream that does not end */
  mayStream: boolean
}

/** The smallest cap on a body there is: where nobody is known yet. */
const smallestCapBytes = 16 * 1024
/** More than that does not come in one piece. */
const mostAtOnceBytes = 64 * 1024

/** Whether all of it is read before it is answered: what is refused unread may cost the answer. */
export function isReadWhole({ bytes }: WireRequest): boolean {
  const bodyBytes = bytes.byteLength - (bytes.indexOf('\r\n\r\n') + 4)
  return bytes.byteLength < mostAtOnceBytes && bodyBytes <= smallestCapBytes
}

/** The request as it should be written: one Host, one length or whole chunks. */
export function written(draft: Draft, { chunked = false } = {}): WireRequest {
  const { method, target, headers, body } = draft
  const oneWord = [...target].map((one) => (one === ' ' || isControl(one) ? '%20' : one)).join('')
  const lines = [`${method} ${oneWord} HTTP/1.1`]
  if (!headers.some(([name]) => name.toLowerCase() === 'host')) lines.push('host: rollcall.test')
  for (const [name, value] of headers) lines.push(`${name}: ${value}`)
  if (body !== null) lines.push(chunked ? 'transfer-encoding: chunked' : `content-length: ${body.byteLength}`)
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  const sent = body === null ? [] : chunked ? chunks(body) : [body]
  return { bytes: Buffer.concat([head, ...sent]), isRegular: true, isHead: method === 'HEAD', mayStream: false }
}

function chunks(body: Buffer): Buffer[] {
  const size = Math.max(1, Math.ceil(body.byteLength / 3))
  const parts: Buffer[] = []
  for (let at = 0; at < body.byteLength; at += size) {
    const part = body.subarray(at, at + size)
    parts.push(Buffer.from(`${part.byteLength.toString(16)}\r\n`), part, Buffer.from('\r\n'))
  }
  return [...parts, Buffer.from('0\r\n\r\n')]
}

/** Puts a line into the head, as it is. */
const withLine = (bytes: Buffer, line: string) => {
  const at = bytes.indexOf('\r\n') + 2
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(`${line}\r\n`, 'latin1'), bytes.subarray(at)])
}
const withoutLine = (text: string, name: string) => text.replace(new RegExp(`\\r\\n${name}:[^\\r]*`, 'i'), '')

/** What is wrong on the wire itself. Each makes the bytes to send from a request that is written as it should be. */
const wireAbuses: ((bytes: Buffer, d: Dice) => Buffer)[] = [
  // lengths that are not true, and two that say different things: where the next request would begin
  (bytes) => bytes.subarray(0, Math.max(20, bytes.byteLength - 3)),
  (bytes, d) => bytes.subarray(0, d.below(bytes.byteLength)),
  (bytes, d) =>
    withLine(bytes, `content-length: ${d.pick(['0', '5', '-1', '+5', '0x5', '5, 5', '5 5', '', '9'.repeat(30)])}`),
  (bytes) => withLine(withLine(bytes, 'content-length: 3'), 'content-length: 7'),
  (bytes) => withLine(bytes, 'content-length: 99999999999'),
  (bytes, d) =>
    withLine(
      bytes,
      `transfer-encoding: ${d.pick(['chunked', 'identity', 'chunked, identity', 'xchunked', '\u000bchunked', 'gzip', ', chunked'])}`,
    ),
  (bytes) => withLine(withLine(bytes, 'transfer-encoding: chunked'), 'transfer-encoding: identity'),
  (bytes) => withLine(bytes, 'transfer-encoding : chunked'),
  (bytes) => withLine(bytes, ' content-length: 3'),
  (bytes, d) =>
    Buffer.concat([
      chunkedHead(bytes),
      Buffer.from(
        d.pick([
          'zz\r\n{}\r\n0\r\n\r\n',
          '-1\r\n\r\n',
          `${'f'.repeat(17)}\r\n`,
          '2\r\n{}',
          '2\r\n{}\r\n',
          '2\n{}\n0\n\n',
          `2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
          '2\r\n{}x\r\n0\r\n\r\n',
          '0\r\ncontent-length: 5\r\nauthorization: x\r\n\r\n',
          '2\r\n{}\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: a\r\n\r\n',
        ]),
      ),
    ]),
  (bytes) => Buffer.concat([bytes, Buffer.from('GET /api/v1/applies HTTP/1.1\r\nhost: a\r\n\r\n')]),
  (bytes) => Buffer.concat(Array.from({ length: 8 }, () => bytes.subarray(0, 200_000))),
  // heads that are none
  (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  (bytes) => Buffer.from(bytes.toString('latin1').replace('HTTP/1.1', 'HTTP/1.0'), 'latin1'),
  (bytes, d) =>
    Buffer.from(
      bytes.toString('latin1').replace('HTTP/1.1', d.pick(['HTTP/2.0', 'HTTP/0.9', 'http/1.1', 'HTTP/1.11', ''])),
      'latin1',
    ),
  (bytes) => Buffer.from(withoutLine(bytes.toString('latin1'), 'host'), 'latin1'),
  (bytes) => withLine(bytes, 'host: evil.test'),
  (bytes, d) =>
    Buffer.from(
      bytes
        .toString('latin1')
        .replace(/host: [^\r]*/, `host: ${d.pick(['', 'a b', '/', '@', 'a:99999', '[::1', 'a,b'])}`),
      'latin1',
    ),
  (bytes, d) => withLine(bytes, `x-odd: a${d.pick(['\u0000', '\r', '\n', '\u0001', '\u007f', '\r\n b', '\nx-b: 1'])}b`),
  (bytes, d) => withLine(bytes, `${d.pick(['', ' ', ':', 'a b', 'a\u0000', '(a)', '\u00e9', 'x'.repeat(9_000)])}: 1`),
  (bytes) => withLine(bytes, `x-large: ${'x'.repeat(17_000)}`),
  (bytes) => withLine(bytes, `x-large: ${'x'.repeat(200_000)}`),
  (bytes) => withLine(bytes, Array.from({ length: 3_000 }, (_, n) => `a${n}: 1`).join('\r\n')),
  (bytes) => Buffer.from(bytes.toString('latin1').replace(/^(\S+) (\S+)/, `$1 /${'x'.repeat(20_000)}`), 'latin1'),
  (bytes, d) =>
    Buffer.from(
      bytes
        .toString('latin1')
        .replace(
          /^(\S+) (\S+)/,
          `$1 ${d.pick(['*', 'http://evil.test/api/v1/applies', 'evil.test:443', '//evil.test/', '?a', '\u00ff', '/\u0001', 'http://[', '/a b'])}`,
        ),
      'latin1',
    ),
  (bytes, d) =>
    Buffer.from(
      bytes
        .toString('latin1')
        .replace(
          /^\S+/,
          d.pick(['TRACE', 'CONNECT', 'TRACK', 'get', 'G\u0000T', '', 'X'.repeat(500), 'PRI', '\u00e9']),
        ),
      'latin1',
    ),
  (bytes, d) => withLine(bytes, `expect: ${d.pick(['100-continue', '200-ok', ''])}`),
  (bytes, d) =>
    withLine(
      bytes,
      `connection: upgrade\r\nupgrade: ${d.pick(['websocket', 'h2c', 'TLS/1.0', 'odd'])}\r\nsec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==\r\nsec-websocket-version: 13`,
    ),
  (bytes, d) =>
    withLine(bytes, `connection: ${d.pick(['close, keep-alive', 'transfer-encoding', 'authorization', ''])}`),
  // other protocols
  () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0012\u0004\u0000', 'latin1'),
  () => Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]),
  () => Buffer.from('\u0000\u0000\u0000\u0008\u0004\u00d2\u0016\u002f', 'latin1'),
  () => Buffer.from('*1\r\n$4\r\nPING\r\n'),
  (_bytes, d) => Buffer.from(Array.from({ length: 1 + d.below(300) }, () => d.below(256))),
  () => Buffer.from('\r\n\r\n\r\n'),
]

const chunkedHead = (bytes: Buffer) => {
  const text = bytes.toString('latin1')
  const head = withoutLine(text.slice(0, text.indexOf('\r\n\r\n')), 'content-length').replace(/^GET/, 'POST')
  return Buffer.from(`${head}\r\ntransfer-encoding: chunked\r\n\r\n`, 'latin1')
}

export const abused = (regular: WireRequest, d: Dice): WireRequest => ({
  ...regular,
  bytes: d.pick(wireAbuses)(regular.bytes, d),
  isRegular: false,
})

/** Several calls in one request, as no client of ours sends them. */
export function batchAbuse(draft: Draft, entry: FuzzEntry, facts: Facts, d: Dice): void {
  const own = entry.path.slice('/api/trpc/'.length)
  const count = d.pick([1, 2, 3, 19, 20, 21, 200])
  const others = [
    'applies.list',
    'live.status',
    'live.watch',
    'nothing.there',
    '__proto__',
    'constructor',
    '',
    own,
    'applies.open',
  ]
  const names = Array.from({ length: count }, (_, n) => (n === 0 || d.chance(0.5) ? own : d.pick(others)))
  const input = () => trpcInput(entry, { d, facts, oddness: 0.2 })
  const inputs = d.pick([
    () => `{${names.map((_, n) => `"${n}":${n < 3 ? input() : '{}'}`).join(',')}}`,
    () => `{"0":${input()},"0":${input()},"99999999":1,"-1":1,"__proto__":{"0":1}}`,
    () => `[${input()}]`,
    () => 'null',
    () => `"${'x'.repeat(50)}"`,
    () => '{"0":',
    () => '{}',
  ])()
  const path = `/api/trpc/${names.map((name) => (d.chance(0.95) ? name : encoded(oddText(d)))).join(d.pick([',', ',', '%2C', ',,']))}`
  const batch = d.pick(['1', '1', '1', '0', 'true', '', '1&batch=1'])
  draft.method = d.pick(['GET', 'POST', entry.method])
  draft.target = `${path}?batch=${batch}${draft.method === 'GET' ? `&input=${encoded(inputs).slice(0, 12_000)}` : ''}`
  draft.body = draft.method === 'GET' ? null : Buffer.from(inputs)
  draft.headers = draft.body === null ? [] : [['content-type', 'application/json']]
}
