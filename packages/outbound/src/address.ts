import { isIP, isIPv4 } from 'node:net'

/** An address as its bytes: 4 or 16 of them. */
export type Address = Uint8Array

/** Reads an address in its canonical or any other textual form of IPv4 and IPv6; null for anything else, such as a name. */
export function addressOf(text: string): Address | null {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  if (isIPv4(bare)) return Uint8Array.from(bare.split('.'), Number)
  if (isIP(bare) !== 6) return null
  const [head = '', tail] = withHexTail(bare).split('::')
  const before = groups(head)
  const after = groups(tail ?? '')
  const zeros = tail === undefined ? [] : Array<number>(8 - before.length - after.length).fill(0)
  return Uint8Array.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]))
}

const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))

/** `::ffff:10.0.0.1` with its last two groups in hexadecimal digits. */
function withHexTail(text: string): string {
  const last = text.slice(text.lastIndexOf(':') + 1)
  if (!last.includes('.')) return text
  const [a = 0, b = 0, c = 0, d = 0] = last.split('.').map(Number)
  return `${text.slice(0, -last.length)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}

export interface Range {
  address: Address
  prefix: number
}

/** Reads `10.0.0.0/8`, or a single address; throws a TypeError that says what is wrong. */
export function rangeOf(text: string): Range {
  const [host = '', prefix, ...rest] = text.trim().split('/')
  const address = addressOf(host)
  const longest = (address?.length ?? 0) * 8
  const bits = prefix === undefined ? longest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
  if (address === null || rest.length > 0 || !(bits >= 0 && bits <= longest))
    throw new TypeError(`${JSON.stringify(text)} is not a range of addresses such as 10.0.0.0/8 or fd00::/8`)
  return { address, prefix: bits }
}

export function isWithin(address: Address, range: Range): boolean {
  if (address.length !== range.address.length) return false
  return range.address.every((byte, i) => {
    const bits = Math.min(8, Math.max(0, range.prefix - i * 8))
    const mask = (0xff << (8 - bits)) & 0xff
    return ((address[i] as number) & mask) === (byte & mask)
  })
}

/** Where an IPv6 address carries an IPv4 one that the packet ends up at, and from which byte on. */
const carriers = [
  { range: rangeOf('::ffff:0:0/96'), at: 12, inverted: false }, // IPv4-mapped, RFC 4291
  { range: rangeOf('::ffff:0:0:0/96'), at: 12, inverted: false }, // IPv4-translated, RFC 2765
  { range: rangeOf('::/96'), at: 12, inverted: false }, // IPv4-compatible, RFC 4291
  { range: rangeOf('64:ff9b::/96'), at: 12, inverted: false }, // NAT64, RFC 6052
  { range: rangeOf('2002::/16'), at: 2, inverted: false }, // 6to4, RFC 3056
  { range: rangeOf('2001::/32'), at: 4, inverted: false }, // Teredo's server, RFC 4380
  { range: rangeOf('2001::/32'), at: 12, inverted: true }, // Teredo's client, RFC 4380
]

/** For NAT64 of a site, whose translator has a prefix in here that nobody else knows the length of (RFC 8215). */
const sitePrefix = rangeOf('64:ff9b:1::/48')
/** Where the address is then, for prefixes of 48, 56, 64 and 96 bits: RFC 6052 leaves byte 8 out. */
const sitePlacements = [
  [6, 7, 9, 10],
  [7, 9, 10, 11],
  [9, 10, 11, 12],
  [12, 13, 14, 15],
] as const

/**
 * Every address that a site's translator may read: it does not look at what is behind, so nothing there tells which of
 * them is meant. What is nobody's address is not meant, unless there is nothing else.
 */
function atSite(address: Address): Address[] {
  const all = sitePlacements.map((bytes) => Uint8Array.from(bytes, (at) => address[at] as number))
  const meant = all.filter(([first = 0]) => first > 0 && first < 224)
  return meant.length > 0 ? meant : all.slice(-1)
}

/** The IPv4 addresses that an IPv6 address carries; empty for every other one, `::` and `::1` among them. */
export function embeddedAddresses(address: Address): Address[] {
  if (address.length !== 16 || address.subarray(0, 15).every((byte) => byte === 0)) return []
  const found: Address[] = carriers
    .filter(({ range }) => isWithin(address, range))
    .map(({ at, inverted }) => address.slice(at, at + 4).map((byte) => (inverted ? byte ^ 0xff : byte)))
  if (isWithin(address, sitePrefix)) found.push(...atSite(address))
  // ISATAP, RFC 5214: under whatever prefix
  const isatap =
    ((address[8] as number) & 0xfd) === 0 && address[9] === 0 && address[10] === 0x5e && address[11] === 0xfe
  return isatap ? [...found, address.slice(12, 16)] : found
}

/** Whether the whole range of an address is there to carry others, so that it says nothing by itself. */
export function isCarrier(address: Address): boolean {
  return carriers.some(({ range }) => isWithin(address, range))
}
