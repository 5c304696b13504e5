/**
 * never: no administrator can list it. On cloud machines some of these hand out the machine's own credentials to
 * whoever asks from inside; the others are nobody's address.
 * listed: not of the public internet, so only an administrator can say whether Rollcall may reach into it.
 */
export type BlockKind = 'never' | 'listed'

interface Block {
  range: string
  kind: BlockKind
  what: string
  source: string
}

/** Of IPv6 only this has been given out to the public; in the rest, what no block names means nothing yet. */
export const publicIPv6 = '2000::/3'
export const unallocated = { kind: 'listed', what: 'not allocated', source: 'RFC 4291' } as const

/** Every range that is not public, from the registries of special-purpose addresses and the RFCs they name. */
export const blocks: readonly Block[] = [
  { range: '0.0.0.0/8', kind: 'never', what: 'this network', source: 'RFC 791' },
  { range: '10.0.0.0/8', kind: 'listed', what: 'private', source: 'RFC 1918' },
  { range: '100.64.0.0/10', kind: 'listed', what: 'shared by carriers', source: 'RFC 6598' },
  { range: '100.100.100.200/32', kind: 'never', what: 'a metadata service', source: 'Alibaba Cloud' },
  { range: '127.0.0.0/8', kind: 'listed', what: 'this machine', source: 'RFC 1122' },
  { range: '168.63.129.16/32', kind: 'never', what: 'a metadata service', source: 'Azure' },
  { range: '169.254.0.0/16', kind: 'never', what: 'link-local', source: 'RFC 3927' },
  { range: '172.16.0.0/12', kind: 'listed', what: 'private', source: 'RFC 1918' },
  { range: '192.0.0.0/24', kind: 'listed', what: 'protocol assignments', source: 'RFC 6890' },
  { range: '192.0.0.192/32', kind: 'never', what: 'a metadata service', source: 'Oracle Cloud' },
  { range: '192.0.2.0/24', kind: 'listed', what: 'documentation', source: 'RFC 5737' },
  { range: '192.88.99.0/24', kind: 'listed', what: '6to4 relays', source: 'RFC 7526' },
  { range: '192.168.0.0/16', kind: 'listed', what: 'private', source: 'RFC 1918' },
  { range: '198.18.0.0/15', kind: 'listed', what: 'benchmarks', source: 'RFC 2544' },
  { range: '198.51.100.0/24', kind: 'listed', what: 'documentation', source: 'RFC 5737' },
  { range: '203.0.113.0/24', kind: 'listed', what: 'documentation', source: 'RFC 5737' },
  { range: '224.0.0.0/4', kind: 'never', what: 'multicast', source: 'RFC 5771' },
  { range: '240.0.0.0/4', kind: 'never', what: 'reserved or broadcast', source: 'RFC 1112, RFC 919' },
  { range: '::/128', kind: 'never', what: 'unspecified', source: 'RFC 4291' },
  { range: '::1/128', kind: 'listed', what: 'this machine', source: 'RFC 4291' },
  { range: '64:ff9b:1::/48', kind: 'listed', what: 'local translation', source: 'RFC 8215' },
  { range: '100::/64', kind: 'never', what: 'discard only', source: 'RFC 6666' },
  { range: '100:0:0:1::/64', kind: 'never', what: 'dummy prefix', source: 'RFC 9780' },
  { range: '2001::/23', kind: 'listed', what: 'protocol assignments', source: 'RFC 2928' },
  { range: '2001:db8::/32', kind: 'listed', what: 'documentation', source: 'RFC 3849' },
  { range: '3fff::/20', kind: 'listed', what: 'documentation', source: 'RFC 9637' },
  { range: '5f00::/16', kind: 'listed', what: 'segment routing', source: 'RFC 9602' },
  { range: 'fc00::/7', kind: 'listed', what: 'private', source: 'RFC 4193' },
  { range: 'fd00:42::42/128', kind: 'never', what: 'a metadata service', source: 'Scaleway' },
  { range: 'fd00:c1::a9fe:a9fe/128', kind: 'never', what: 'a metadata service', source: 'Oracle Cloud' },
  { range: 'fd00:100::100:200/128', kind: 'never', what: 'a metadata service', source: 'Alibaba Cloud' },
  // not only the metadata of the machine: pods are given their credentials at another address of it
  { range: 'fd00:ec2::/32', kind: 'never', what: 'services of the machine itself', source: 'AWS' },
  { range: 'fd00:a9fe:a9fe::1/128', kind: 'never', what: 'a metadata service', source: 'Akamai' },
  { range: 'fd20:ce::254/128', kind: 'never', what: 'a metadata service', source: 'Google Cloud' },
  { range: 'fe80::/10', kind: 'never', what: 'link-local', source: 'RFC 4291' },
  { range: 'fec0::/10', kind: 'listed', what: 'site-local', source: 'RFC 3879' },
  { range: 'ff00::/8', kind: 'never', what: 'multicast', source: 'RFC 4291' },
]
