import { BlockList, isIP, SocketAddress } from 'node:net'

/**
 * The header in which the server hands the address at the other end of the connection to the handlers: a fetch request
 * has no socket. Whatever a client sends under this name is thrown away before it is set.
 */
export const peerHeader = 'x-rollcall-peer'

/** Who is believed when they say for whom they ask. */
export type TrustedProxies = Pick<BlockList, 'check'>

/** Longer chains are nobody's; it bounds what one request can make us read. */
const mostHops = 32

/**
 * Reads a list such as `10.0.0.0/8, 192.0.2.7, fd00::/8`; empty: nobody. Throws, without repeating the text, when any of
 * it is not an address or a network in CIDR notation, or names a network by an address inside it.
 */
export function parseTrustedProxies(text: string): TrustedProxies {
  const list = new BlockList()
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue
    const [address = '', length, ...rest] = part.split('/')
    const family = isIP(address)
    const bits = family === 4 ? 32 : 128
    if (family === 0 || address.includes('%') || rest.length > 0) throw new Error('not an address or a network')
    if (length !== undefined && (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > bits)) {
      throw new Error('not the length of a network')
    }
    const prefix = length === undefined ? bits : Number(length)
    const kind = family === 4 ? 'ipv4' : 'ipv6'
    if (!isNetwork(address, kind, prefix)) throw new Error('the address inside a network is not its first')
    list.addSubnet(address, prefix, kind)
  }
  return list
}

/**
 * The address of whoever made this request, to limit and to record by. That is the other end of the connection; only
 * when that is a trusted proxy, `X-Forwarded-For` is read from the right, past further trusted ones, up to the first that
 * is not. What an untrusted sender writes there is never believed. `unknown` when the server did not say who is there.
 */
export function clientAddressOf(headers: Headers, { trustedProxies }: { trustedProxies: TrustedProxies }): string {
  let known = canonicalAddress(headers.get(peerHeader) ?? '')
  if (known === null) return 'unknown'
  const hops = (headers.get('x-forwarded-for') ?? '').split(',').slice(-mostHops)
  while (hops.length > 0 && isIn(trustedProxies, known)) {
    const before = canonicalAddress(withoutPort(hops.pop() ?? ''))
    // a proxy that says something else than an address speaks for itself
    if (before === null) return known
    known = before
  }
  return known
}

/** One way of writing each address; an IPv4 address inside of an IPv6 one is that IPv4 address. Null when it is none. */
function canonicalAddress(text: string): string | null {
  const address = text.trim()
  if (isIP(address) === 4) return address
  if (isIP(address) !== 6 || address.includes('%')) return null
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(canonical)?.[1] ?? canonical
}

/** `192.0.2.1:4711` and `[2001:db8::1]:4711`, as some proxies write it. */
const withoutPort = (text: string) => text.trim().replace(/^\[(.*)\](?::\d{1,5})?$|^([\d.]+):\d{1,5}$/, '$1$2')

const isIn = (list: TrustedProxies, address: string) => list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')

function isNetwork(address: string, kind: 'ipv4' | 'ipv6', prefix: number): boolean {
  const bytes = bytesOf(address, kind)
  const given = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return !given.slice(prefix).includes('1')
}

function bytesOf(address: string, kind: 'ipv4' | 'ipv6'): number[] {
  if (kind === 'ipv4') return address.split('.').map(Number)
  // a dotted end is two groups
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...four: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = four.slice(0, 4).map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
  const [left = '', right] = plain.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const [first, last] = [groups(left), groups(right ?? '')]
  const zeros = right === undefined ? [] : new Array<number>(8 - first.length - last.length).fill(0)
  return [...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 255])
}
