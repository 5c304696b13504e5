import { lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** Never a forge: on cloud machines these hand out the machine's own credentials to whoever asks from inside. */
const never = new BlockList()
never.addSubnet('169.254.0.0', 16, 'ipv4')
never.addSubnet('fe80::', 10, 'ipv6')
never.addAddress('fd00:ec2::254', 'ipv6')

const privateOnes = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  privateOnes.addSubnet(net, prefix, 'ipv4')
}
privateOnes.addAddress('::', 'ipv6')
privateOnes.addAddress('::1', 'ipv6')
privateOnes.addSubnet('fc00::', 7, 'ipv6')
privateOnes.addSubnet('ff00::', 8, 'ipv6')

export interface AddressGuard {
  /** The reason why this host must not be spoken to, when its name alone says so (an address as host); else null. */
  refusal(hostname: string): string | null
  /** Resolves names for connections and fails for those that lead to an address that is not allowed. */
  lookup: LookupFunction
}

/**
 * Decides about the address that is really connected to, after the name was resolved: a name can point anywhere, and
 * somewhere else a second later. Private addresses are refused only when told so, because many forges live on them.
 */
export function addressGuard(privateAddresses: 'allowed' | 'refused'): AddressGuard {
  const isRefused = (address: string) => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    return never.check(address, family) || (privateAddresses === 'refused' && privateOnes.check(address, family))
  }
  const sentence = (address: string) => `the address ${address} is not one that Rollcall may connect to`
  return {
    refusal(hostname) {
      const host = hostname.replace(/^\[|\]$/g, '')
      return isIP(host) !== 0 && isRefused(host) ? sentence(host) : null
    },
    lookup(hostname, options, callback) {
      systemLookup(hostname, options, (error, address, family) => {
        if (error) return callback(error, address, family)
        const all = Array.isArray(address) ? address.map((entry) => entry.address) : [address as unknown as string]
        const refused = all.find(isRefused)
        if (refused !== undefined) return callback(new Error(sentence(refused)), address, family)
        callback(null, address, family)
      })
    },
  }
}
