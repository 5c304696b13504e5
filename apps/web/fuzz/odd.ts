import type { Dice } from './dice.ts'

/** Texts that have broken programs before: as values, as keys, in paths, in queries and in headers. */
export const oddTexts: readonly string[] = [
  '',
  ' ',
  '\t\r\n',
  '0',
  '-1',
  '-0',
  '1e309',
  'NaN',
  'Infinity',
  'null',
  'undefined',
  'true',
  '[object Object]',
  // not storable, or not text
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udc00x',
  'x\udbff',
  '\ufffe',
  '\ufeff',
  // looks like something else
  '\u202eabc\u202c',
  '\u2066x\u2069',
  '\u200b',
  '\u2028\u2029',
  'e\u0301'.repeat(20),
  `Z${'\u0321\u0335\u0489'.repeat(100)}`,
  '👩‍👩‍👧‍👦🏳️‍🌈🚀',
  'İıſß',
  'ﷺ'.repeat(50),
  'аdmin',
  '１２３',
  // names that mean something to JavaScript
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
  'then',
  'toJSON',
  'length',
  // to a database
  '%',
  '_',
  '%%%_%',
  '\\',
  '\\%',
  "'",
  "''; --",
  '$1',
  '::text',
  '{}',
  'E\u2019\\x00',
  // to a shell, a template, a page, a log
  '`id`',
  '$(id)',
  '$\u007b{ env }}',
  '{{7*7}}',
  '%s%n%d',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '\u001b[31mred\u001b[0m',
  'line\r\nset-cookie: odd=1',
  '=1+1',
  '@SUM(A1)',
  // to a file system and to the network
  '../../etc/passwd',
  '..\\..\\boot.ini',
  'file:///etc/passwd',
  'http://169.254.169.254/latest/meta-data/',
  'http://[::ffff:127.0.0.1]:5432/',
  'http://user:word@127.0.0.1:9/',
  'https://xn--/',
  '//evil.test',
  // nearly right
  'apl_zzz',
  'apl_0000000000000000000000000000000000',
  'opr_1',
  'usr_\u0131',
  '0'.repeat(40),
  'f'.repeat(39),
  'g'.repeat(40),
  `sha256:${'0'.repeat(64)}`,
  '0001-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.000Z',
  '2026-02-30T00:00:00Z',
  '2026-01-01T24:00:00Z',
  'YXBsX3p6eg',
  'OTk5OTk5OTk5OTk5OTk5OTk5OTk5',
  'MA',
  '!!!!',
  // long
  'x'.repeat(300),
  'ß'.repeat(1_000),
  'x'.repeat(5_000),
  'a-'.repeat(3_000),
  'a,'.repeat(2_000),
  `${'('.repeat(500)}a+${')+'.repeat(500)}!`,
]

/** Mostly one of the list, else a few code units of any sort. */
export function oddText(d: Dice): string {
  if (d.chance(0.8)) return d.pick(oddTexts)
  const units = Array.from({ length: d.below(24) }, () => (d.chance(0.5) ? d.below(0x80) : d.below(0x10000)))
  return String.fromCharCode(...units)
}

/** Numbers as JSON writes them; some are more than a number here can hold. */
const oddNumbers = [
  ...['0', '-0', '1', '-1', '0.5', '1e-320', '4294967296', '2147483648', '-2147483649', '9007199254740993'],
  ...['9223372036854775808', '1e308', '1e309', '-1e999', '1E400', `1${'0'.repeat(400)}`, `0.${'1'.repeat(400)}`],
]

const nested = (depth: number, open: string, close: string, inside = '1') =>
  open.repeat(depth) + inside + close.repeat(depth)

/** JSON texts of all types, never made from built values: depth and repeated names have to survive. */
const oddJsons: readonly string[] = [
  ...['null', 'true', 'false', '[]', '{}', '[[]]', '[null]', '{"":""}', '{"a":{"a":{}}}', '""'],
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"toString":null,"valueOf":1,"toJSON":"x"}',
  '{"a":1,"a":2,"a":[3]}',
  '{"then":"x","length":-1}',
  '[1,"1",null,{"1":1}]',
  nested(10, '{"a":', '}'),
  nested(17, '[', ']'),
  nested(40, '[', ']'),
  nested(3_000, '{"a":', '}'),
  `[${Array.from({ length: 3_000 }, (_, n) => `"t-${n}"`).join(',')}]`,
  `{${Array.from({ length: 2_000 }, (_, n) => `"k${n}":${n}`).join(',')}}`,
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
]

/** Depth that no stack of calls survives; raw text, seldom sent because it is large. */
export const deepJsons: readonly string[] = [
  nested(100_000, '[', ']'),
  nested(100_000, '{"a":', '}'),
  '['.repeat(100_000),
  '{"a":'.repeat(100_000),
]

/** One JSON text that is probably of the wrong type. */
export function oddJson(d: Dice): string {
  const sort = d.below(12)
  if (sort < 5) return JSON.stringify(oddText(d))
  if (sort < 7) return d.pick(oddNumbers)
  if (sort < 10) return d.pick(oddJsons)
  if (sort < 11) return `[${Array.from({ length: d.below(6) }, () => JSON.stringify(oddText(d))).join(',')}]`
  const pairs = Array.from({ length: d.below(5) }, () => `${JSON.stringify(oddText(d))}:${d.pick(oddNumbers)}`)
  return `{${pairs.join(',')}}`
}

/** Bodies that are not one JSON object, whatever field would be asked for. */
export const brokenBodies: readonly (string | Buffer)[] = [
  '',
  ' ',
  '\n\n',
  'null',
  '[]',
  '{',
  '}',
  '{"a"}',
  '{"a":}',
  "{'a':1}",
  '{"a":1,}',
  '{"a":1}x',
  '{"a":1}{"a":1}',
  '// {}',
  '{"a":01}',
  '{"a":+1}',
  '{"a":.5}',
  '{"a":NaN}',
  '{"a":"\n"}',
  '{"a":"\\x"}',
  '{"a":"\\ud800"}',
  '\ufeff{}',
  '"text"',
  '42',
  'a=1&b=2',
  '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
  '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n',
  Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
  Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0x00, 0x00, 0x00, 0x00]),
  Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00]),
]
