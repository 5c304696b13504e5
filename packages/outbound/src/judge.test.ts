import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressOf, embeddedAddresses, isWithin, rangeOf } from './address.ts'
import { blocks } from './blocks.ts'
import { judgeAddress } from './judge.ts'

const dotted = fc.tuple(...Array.from({ length: 4 }, () => fc.nat(255))).map((bytes) => bytes.join('.'))
const hex = (text: string) => {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number)
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}
const inverted = (text: string) =>
  text
    .split('.')
    .map((byte) => 255 - Number(byte))
    .join('.')

describe('addresses are read in every form they are written in', () => {
  test.each([
    ['127.0.0.1', [127, 0, 0, 1]],
    ['::1', [...Array(15).fill(0), 1]],
    ['[::1]', [...Array(15).fill(0), 1]],
    ['::ffff:10.0.0.1', [...Array(10).fill(0), 255, 255, 10, 0, 0, 1]],
    ['fe80::1%eth0', [0xfe, 0x80, ...Array(13).fill(0), 1]],
    ['2001:db8:1:2:3:4:5:6', [0x20, 1, 0xd, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6]],
    ['1::', [0, 1, ...Array(14).fill(0)]],
  ])('%s', (text, bytes) => expect([...(addressOf(text) ?? [])]).toEqual(bytes))

  test.each(['localhost', '', '1.2.3', '1.2.3.4.5', '::1::', 'example.com', '0x7f.1'])('%j is none', (text) =>
    expect(addressOf(text)).toBeNull(),
  )

  test.each(['10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', 'ten/8', '::/129', '', '10.0.0.0/'])(
    '%j is no range',
    (text) => expect(() => rangeOf(text)).toThrow(TypeError),
  )
})

test('the edges of every block: its first and last address are in it, their neighbours decide for themselves', () => {
  for (const { range, kind } of blocks) {
    const { address, prefix } = rangeOf(range)
    const last = address.map((byte, i) => byte | (0xff >> Math.min(8, Math.max(0, prefix - i * 8))))
    for (const edge of [address, last]) {
      expect(isWithin(edge, { address, prefix })).toBe(true)
      const text = edge.length === 4 ? edge.join('.') : groupsOf(edge)
      expect([text, judgeAddress(text, [])]).not.toEqual([text, null])
      if (kind === 'never')
        expect([text, judgeAddress(text, ['0.0.0.0/0', '::/0'].map(rangeOf))]).not.toEqual([text, null])
    }
  }
})

const groupsOf = (bytes: Uint8Array) =>
  Array.from({ length: 8 }, (_, i) =>
    (((bytes[i * 2] as number) << 8) | (bytes[i * 2 + 1] as number)).toString(16),
  ).join(':')

test.each(['1.1.1.1', '8.8.8.8', '93.184.215.14', '2606:4700::1111', '2a00:1450:4001:830::200e'])(
  '%s is public',
  (address) => expect(judgeAddress(address, [])).toBeNull(),
)

test('a listed range is reached, and nothing beside it', () => {
  const listed = ['10.1.0.0/16', 'fd12::/32'].map(rangeOf)
  expect(judgeAddress('10.1.2.3', listed)).toBeNull()
  expect(judgeAddress('::ffff:10.1.2.3', listed)).toBeNull()
  expect(judgeAddress('fd12::5', listed)).toBeNull()
  expect(judgeAddress('10.2.0.1', listed)).toMatch(/private \(RFC 1918\), and no administrator has listed it/)
  expect(judgeAddress('fd13::5', listed)).not.toBeNull()
})

test('metadata addresses are never reached, whatever is listed', () => {
  for (const listed of ['all', ['0.0.0.0/0', '::/0'].map(rangeOf)] as const) {
    for (const address of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      '64:ff9b::169.254.169.254',
      'fd00:ec2::254',
      'fd00:ec2::23',
      'fd00:ec2:1::1',
      'fd00:c1::a9fe:a9fe',
      'fd00:42::42',
      'fd00:a9fe:a9fe::1',
      'fd00:100::100:200',
      'fd20:ce::254',
      '100.100.100.200',
      '168.63.129.16',
      '192.0.0.192',
      'fe80::1',
    ])
      expect([address, judgeAddress(address, listed)]).not.toEqual([address, null])
  }
})

test('property: an address in disguise is judged as what it carries', () => {
  fc.assert(
    fc.property(dotted, (v4) => {
      const plain = judgeAddress(v4, []) === null
      const disguises = [
        `::ffff:${v4}`,
        `::ffff:${hex(v4)}`,
        `::ffff:0:${v4}`,
        `64:ff9b::${v4}`,
        `2002:${hex(v4)}::1`,
        `2a00:1:2:3:0:5efe:${hex(v4)}`,
      ]
      for (const disguise of disguises)
        expect([disguise, judgeAddress(disguise, []) === null]).toEqual([disguise, plain])
    }),
  )
})

/** An IPv4 address behind a prefix of a site, as RFC 6052 says where it stands. */
function translated(v4: string, bits: 48 | 56 | 64 | 96): string {
  const bytes = Uint8Array.from([0x00, 0x64, 0xff, 0x9b, 0, 1, ...Array(10).fill(0)])
  const places = { 48: [6, 7, 9, 10], 56: [7, 9, 10, 11], 64: [9, 10, 11, 12], 96: [12, 13, 14, 15] }[bits]
  for (const [i, byte] of v4.split('.').map(Number).entries()) bytes[places[i] as number] = byte
  return groupsOf(bytes)
}

test("property: NAT64 of a site never leads where nobody may go, whatever its prefix's length is", () => {
  const site = ['64:ff9b:1::/48'].map(rangeOf)
  fc.assert(
    fc.property(dotted, fc.constantFrom(48, 56, 64, 96), (v4, bits) => {
      expect(judgeAddress(translated(v4, bits), [])).not.toBeNull()
      const isNever = judgeAddress(v4, 'all') !== null
      const isSomebodys = Number(v4.split('.')[0]) > 0 && Number(v4.split('.')[0]) < 224
      if (isNever && isSomebodys) expect(judgeAddress(translated(v4, bits), site)).not.toBeNull()
    }),
  )
  for (const v4 of ['169.254.169.254', '100.100.100.200', '168.63.129.16', '192.0.0.192'])
    for (const bits of [48, 56, 64, 96] as const) expect(judgeAddress(translated(v4, bits), site)).not.toBeNull()
  for (const v4 of ['8.8.8.8', '93.184.215.14', '10.0.0.1'])
    for (const bits of [48, 56, 64, 96] as const) expect(judgeAddress(translated(v4, bits), site)).toBeNull()
})

test.each(['4000::1', '8000::1', 'e000::1', '200::1', '64:ff9b:2::1', '1::', '101::1'])(
  '%s was given out to nobody: it is reached where it is listed, and only there',
  (address) => {
    expect(judgeAddress(address, [])).toMatch(/not allocated \(RFC 4291\), and no administrator has listed it/)
    expect(judgeAddress(address, [rangeOf(address)])).toBeNull()
    expect(judgeAddress(address, 'all')).toBeNull()
  },
)

test("Teredo carries its server's address and, inverted, its client's", () => {
  fc.assert(
    fc.property(dotted, dotted, (server, client) => {
      const address = addressOf(`2001:0:${hex(server)}:0:0:${hex(inverted(client))}`)
      expect(embeddedAddresses(address as Uint8Array).map((bytes) => bytes.join('.'))).toEqual([server, client])
    }),
  )
})

test('property: whatever is judged, an answer comes', () => {
  fc.assert(fc.property(fc.string(), (text) => void judgeAddress(text, [])))
  fc.assert(fc.property(fc.ipV6(), (text) => void judgeAddress(text, 'all')))
})
