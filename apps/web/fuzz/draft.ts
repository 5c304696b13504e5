import type { Dice } from './dice.ts'
import type { FuzzEntry } from './entries.ts'
import { brokenBodies, deepJsons, oddJson, oddText } from './odd.ts'
import { type Facts, type Filling, jsonFor, objectFor, plainText } from './shapes.ts'

/** A request before it is written out: its target as it goes over the wire. */
export interface Draft {
  method: string
  target: string
  headers: [string, string][]
  body: Buffer | null
}

/** Percent-encoded so that it is a valid path or query whatever it holds. */
export const encoded = (text: string) => encodeURIComponent(text.toWellFormed())

const factsFor = (entry: FuzzEntry, facts: Facts): Facts => ({
  ...facts,
  id: facts[`${entry.group} id`] ?? facts.id ?? [],
})

/** A request that the entry was made for, with more or less in it that does not fit. */
export function draftFor(entry: FuzzEntry, facts: Facts, d: Dice): Draft {
  const filling: Filling = { d, facts: factsFor(entry, facts), oddness: d.pick([0, 0, 0.05, 0.3]) }
  const body = bodyFor(entry, filling)
  const query = queryFor(entry, filling)
  return {
    method: entry.method,
    target: `${pathFor(entry, filling)}${query === '' ? '' : `?${query}`}`,
    headers: body === null ? [] : [['content-type', 'application/json']],
    body,
  }
}

function pathFor(entry: FuzzEntry, filling: Filling): string {
  return entry.path.replace(/:(\w+)/g, (_all, param: string) => {
    const field = entry.params[param] ?? param
    const shape = entry.shape?.properties?.[field] ?? { type: 'string' }
    return encoded(plainText(jsonFor(shape, field, filling))) || '%20'
  })
}

const isTrpc = ({ kind }: FuzzEntry) => kind === 'query' || kind === 'mutation' || kind === 'subscription'

/** The input of a procedure as JSON text. */
export function trpcInput(entry: FuzzEntry, filling: Filling): string {
  if (entry.shape === null) return filling.d.chance(0.8) ? '{}' : oddJson(filling.d)
  return jsonFor(entry.shape, '', filling)
}

function queryFor(entry: FuzzEntry, filling: Filling): string {
  const { d, oddness } = filling
  if (isTrpc(entry) && entry.kind !== 'mutation') return `input=${encoded(trpcInput(entry, filling))}`
  const pairs: string[] = []
  for (const name of entry.query) {
    if (!d.chance(0.35)) continue
    const value = plainText(jsonFor(entry.shape?.properties?.[name] ?? { type: 'string' }, name, filling))
    pairs.push(`${encoded(name)}=${encoded(value)}`)
  }
  if (d.chance(oddness / 3)) pairs.push(`${encoded(oddText(d))}=${encoded(oddText(d))}`)
  return pairs.join('&')
}

function bodyFor(entry: FuzzEntry, filling: Filling): Buffer | null {
  if (entry.method === 'GET') return null
  if (entry.kind === 'mutation') return Buffer.from(trpcInput(entry, filling))
  if (entry.shape === null) return Buffer.from(oddJson(filling.d))
  return Buffer.from(objectFor(entry.shape, filling, Object.values(entry.params)))
}

/** Queries as nobody would write them. */
const oddQueries = [
  ...['%', '%zz', 'a=%ff', 'limit=%00', '&&&', '=', '==', '?', '??a=1', 'limit', 'limit=1&limit=2', 'a[b]=c', 'a[]=1'],
  ...[
    '__proto__=1',
    '__proto__[admin]=1',
    'constructor.prototype.x=1',
    'cursor=%F0%9F',
    'limit=1;limit=2',
    '#a',
    'a=%u0041',
  ],
  ...[
    'batch=1',
    'batch=1&input={}',
    'input=',
    'input=%7B',
    'input=null',
    'input=%7B%22__proto__%22:1%7D',
    'input=1&input=2',
  ],
  ...['connectionParams=1', 'connectionParams=%7B%22a%22:1%7D', '_rsc=1', 'next-action=1', 'input[json]=1'],
]

/** A JSON text of about this many bytes, inside of one object. */
const ofSize = (bytes: number, d: Dice) => {
  const inside = Math.max(0, bytes - 8)
  if (d.chance(0.5)) return Buffer.from(`{"a":"${'x'.repeat(inside)}"}`)
  return Buffer.from(`{"a":[${'1,'.repeat(Math.floor(inside / 2))}1]}`.slice(0, bytes))
}

const mebibyte = 1024 * 1024

/** What may be wrong with a request that is still well-formed HTTP. Each changes the draft in place. */
export const spoilers: Record<string, (draft: Draft, d: Dice, entry: FuzzEntry) => void> = {
  'broken body'(draft, d) {
    draft.body = Buffer.from(d.pick(brokenBodies))
    if (draft.method === 'GET') draft.method = 'POST'
    typed(draft, 'application/json')
  },
  'deep body'(draft, d, entry) {
    const deep = d.pick(deepJsons)
    const field = Object.keys(entry.shape?.properties ?? {})[0] ?? 'a'
    draft.body = Buffer.from(d.chance(0.5) ? deep : `{${JSON.stringify(field)}:${deep}}`)
    if (draft.method === 'GET') draft.method = 'POST'
    typed(draft, 'application/json')
  },
  'large body'(draft, d) {
    draft.body = ofSize(d.pick([mebibyte - 1, mebibyte, mebibyte + 1, 2 * mebibyte]), d)
    if (draft.method === 'GET') draft.method = 'POST'
    typed(draft, 'application/json')
  },
  'content type'(draft, d) {
    typed(
      draft,
      d.pick([
        ...['', 'text/plain', 'application/json; charset=utf-16', 'APPLICATION/JSON', 'application/json, text/html'],
        ...['multipart/form-data', 'multipart/form-data; boundary=b', 'application/x-www-form-urlencoded', 'text/xml'],
        ...[
          'application/octet-stream',
          'application/jsonl',
          `${'a/'.repeat(500)}b`,
          'application/json\u00e9',
          '/',
          ';',
        ],
      ]),
    )
    if (d.chance(0.2)) draft.headers.push(['content-encoding', d.pick(['gzip', 'br', 'identity', 'odd'])])
  },
  method(draft, d) {
    const odd = [
      'GET',
      'HEAD',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'PROPFIND',
      'SEARCH',
      'PURGE',
      'QUERY',
      'M-SEARCH',
    ]
    draft.method = d.pick(odd)
    if (draft.method === 'GET' && d.chance(0.5)) draft.body = null
  },
  path(draft, d) {
    const [path = '/'] = draft.target.split('?')
    const at = d.below(path.length)
    const odd = d.pick([
      ...[
        '%',
        '%zz',
        '%ff',
        '%00',
        '%c0%ae',
        '%2f',
        '%5c',
        '%2e%2e',
        '%252e',
        '/',
        '//',
        '/./',
        '/../',
        '/..;/',
        ';a=b',
      ],
      ...[
        '\\',
        '..',
        '...',
        '%20',
        '%0d%0a',
        '%e2%80%ae',
        '\u00ff',
        '*',
        '|',
        '"',
        '<',
        '^',
        '`',
        '{',
        '~',
        '%f0%9f%9a%80',
      ],
    ])
    draft.target = d.pick([
      () => path.slice(0, at) + odd + path.slice(at),
      () => path + odd,
      () => (odd.startsWith('/') ? odd + path : `/${odd}${path}`),
      () => path.toUpperCase(),
      () => `${path}/`,
      () => path.replaceAll('/', '//'),
      () => path.replaceAll('/', '%2f'),
      () => `${path}/${'x'.repeat(4_000)}`,
      () => `/${'a/'.repeat(1_500)}`,
      () => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
      () => `/healthz/..${path}`,
      () => `/_next/..${path}`,
      () => `/hooks/..${path}`,
    ])()
  },
  query(draft, d) {
    const [path = '/'] = draft.target.split('?')
    draft.target = `${path}?${d.pick(oddQueries)}${d.chance(0.3) ? `&${d.pick(oddQueries)}` : ''}`
  },
  headers(draft, d) {
    for (let n = 1 + d.below(4); n > 0; n -= 1) draft.headers.push(oddHeader(d))
  },
}

/** Headers that mean something to a server, a proxy, a framework or a log. */
function oddHeader(d: Dice): [string, string] {
  const value = () => visible(oddText(d)).slice(0, 2_000)
  return d.pick<() => [string, string]>([
    () => ['x-request-id', d.pick([value(), 'x'.repeat(500), 'a b', '', '../x', 'ok-1'])],
    () => ['x-forwarded-for', d.pick([value(), '1.2.3.4', '1.2.3.4, 5.6.7.8', `${'9.9.9.9,'.repeat(300)}1.1.1.1`])],
    () => ['x-forwarded-host', 'evil.test'],
    () => ['x-forwarded-proto', d.pick(['https', 'javascript', value()])],
    () => ['forwarded', 'for=1.2.3.4;host=evil.test;proto=https'],
    () => ['x-real-ip', value()],
    () => ['x-rollcall-peer', d.pick(['127.0.0.1', value()])],
    () => ['x-original-url', '/healthz'],
    () => ['x-rewrite-url', '/healthz'],
    () => ['x-http-method-override', 'DELETE'],
    () => ['x-middleware-subrequest', 'proxy:proxy:proxy:proxy:proxy'],
    () => ['x-nextjs-data', '1'],
    () => ['x-matched-path', '/healthz'],
    () => ['x-invoke-path', '/healthz'],
    () => ['x-nonce', value()],
    () => ['next-action', d.pick(['x', '0'.repeat(42), value()])],
    () => ['rsc', '1'],
    () => ['next-router-state-tree', d.pick(['%5B%22%22%5D', value()])],
    () => ['origin', d.pick(['null', 'https://evil.test', value()])],
    () => ['referer', value()],
    () => ['sec-fetch-site', d.pick(['cross-site', 'same-site', 'same-origin', value()])],
    () => ['cookie', oddCookie(d)],
    () => ['authorization', oddAuthorization(d)],
    () => ['idempotency-key', d.pick(['k1', value()])],
    () => ['accept', d.pick(['*/*', 'text/event-stream', 'application/jsonl', 'text/yaml', value()])],
    () => ['trpc-accept', 'application/jsonl'],
    () => ['accept-language', value()],
    () => ['last-event-id', d.pick(['0', '-1', '9'.repeat(40), value()])],
    () => ['if-none-match', value()],
    () => ['range', d.pick(['bytes=0-', 'bytes=-1', 'bytes=5-1', value()])],
    () => ['user-agent', d.pick(['', value(), '() { :; }; echo x'])],
    () => [`x-${d.pick(['__proto__', 'constructor', 'a', 'b'])}`, value()],
  ])()
}

const oddCookie = (d: Dice): string =>
  d.pick([
    '',
    ';',
    '=',
    '; ; ;',
    'rollcall_session=',
    'rollcall_session=a.b',
    'rollcall_session=a.b.c',
    `rollcall_session=${Buffer.from('{"id":1}').toString('base64url')}.x`,
    `__Host-rollcall_session=${'x'.repeat(3_000)}`,
    'rollcall_session=%ff%00; rollcall_session=b',
    '__proto__=1',
    `${'a=b; '.repeat(500)}`,
    visible(oddText(d)).slice(0, 1_000),
  ])

const oddAuthorization = (d: Dice): string =>
  d.pick([
    '',
    'Bearer',
    'Bearer ',
    'Bearer  x',
    'Bearer x y',
    'bearer null',
    'Basic YTpi',
    'Basic !!!',
    'Digest username="a"',
    'Bearer rc_aaaaaaaa_bbbbbbbbbbbbbbbb',
    'Bearer rc_',
    `Bearer ${'x'.repeat(6_000)}`,
    'Bearer eyJhbGciOiJub25lIn0.e30.',
    'Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwOi8vMTI3LjAuMC4xOjkvIn0.',
    `Bearer ${visible(oddText(d)).slice(0, 200)}`,
  ])

function typed(draft: Draft, type: string): void {
  draft.headers = [...draft.headers.filter(([name]) => name !== 'content-type'), ['content-type', type]]
}

/** Without what would end the header line; what lies beyond Latin-1 goes out as its UTF-8 bytes. */
const visible = (text: string) =>
  [...Buffer.from(text.toWellFormed()).toString('latin1')].filter((one) => one === '\t' || !isControl(one)).join('')

export const isControl = (one: string) => one < ' ' || one === '\u007f'
