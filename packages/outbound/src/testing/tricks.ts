import { createServer, type Server } from 'node:net'
import type { Lookup } from '../guard.ts'
import { listensAt, randomPort, serve, type TestServer } from './servers.ts'

/** A way to have a request end up at an address that nobody may be asked at, and the resolver that it needs. */
export interface Trick {
  name: string
  url: string
  lookup?: Lookup
}

/**
 * Who listens where no connection may ever arrive: on both loopback addresses of one port. `door` is another address of
 * this machine, the one that a test allows.
 */
export interface Trap {
  port: number
  connections(): number
  /** allowed by `reach`; answers with a redirect into the trap */
  redirecting: TestServer
  /** what an administrator has listed: the door's address and nothing beside it */
  reach: readonly string[]
  /** each asked for more than once: the last of them changes its answer. New ones with every call. */
  tricks(): Trick[]
  close(): Promise<void>
}

const doorAddress = '127.0.0.2'

/** Every spelling of an address that is not public. `PORT` is the trap's. */
const spellings: readonly (readonly [name: string, url: string])[] = [
  ['the address itself', 'http://127.0.0.1:PORT/'],
  ['parts left out', 'http://127.1:PORT/'],
  ['a part left out', 'http://127.0.1:PORT/'],
  ['decimal', 'http://2130706433:PORT/'],
  ['hexadecimal', 'http://0x7f000001:PORT/'],
  ['hexadecimal parts', 'http://0x7f.0x0.0x0.0x1:PORT/'],
  ['an octal part', 'http://0177.0.0.1:PORT/'],
  ['octal', 'http://017700000001:PORT/'],
  ['mixed parts', 'http://0x7f.1:PORT/'],
  ['percent-encoded', 'http://%31%32%37.0.0.1:PORT/'],
  ['a trailing dot', 'http://127.0.0.1.:PORT/'],
  ['zero', 'http://0:PORT/'],
  ['unspecified', 'http://0.0.0.0:PORT/'],
  ['unspecified, IPv6', 'http://[::]:PORT/'],
  ['loopback, IPv6', 'http://[::1]:PORT/'],
  ['loopback, IPv6 written out', 'http://[0:0:0:0:0:0:0:1]:PORT/'],
  ['IPv4-mapped', 'http://[::ffff:127.0.0.1]:PORT/'],
  ['IPv4-mapped, hexadecimal', 'http://[::ffff:7f00:1]:PORT/'],
  ['IPv4-mapped, written out', 'http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/'],
  ['IPv4-compatible', 'http://[::127.0.0.1]:PORT/'],
  ['IPv4-translated', 'http://[::ffff:0:127.0.0.1]:PORT/'],
  ['NAT64', 'http://[64:ff9b::127.0.0.1]:PORT/'],
  ['NAT64 of a site', 'http://[64:ff9b:1::7f00:1]:PORT/'],
  ['NAT64 of a site, 48 bits', 'http://[64:ff9b:1:7f00:0:100::]:PORT/'],
  ['6to4', 'http://[2002:7f00:1::]:PORT/'],
  ['Teredo', 'http://[2001:0:7f00:1::80ff:fffe]:PORT/'],
  ['ISATAP', 'http://[2001:db8::5efe:7f00:1]:PORT/'],
  ['a name of this machine', 'http://localhost:PORT/'],
  ['that name in capitals and with a dot', 'http://LOCALHOST.:PORT/'],
  ['circled letters', 'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/'],
  ['fullwidth digits', 'http://１２７.０.０.１:PORT/'],
  ['ideographic full stops', 'http://127。0。0。1:PORT/'],
  ['halfwidth full stops', 'http://127｡0｡0｡1:PORT/'],
  ['a soft hyphen', 'http://127.0.0.\u00ad1:PORT/'],
  ['a user', 'http://user@127.0.0.1:PORT/'],
  ['a user that looks like the host', 'http://example.com@127.0.0.1:PORT/'],
  ['a user and a password', 'http://example.com:80@127.0.0.1:PORT/'],
  ['a host inside the path', 'http://127.0.0.1%2f@example.com:PORT/'],
  ['a backslash', 'http://127.0.0.1:PORT\\@example.com/'],
  ['a zone', 'http://[fe80::1%25lo]:PORT/'],
  ['a zone without escape', 'http://[::1%lo]:PORT/'],
  ['metadata', 'http://169.254.169.254:PORT/latest/meta-data/'],
  ['metadata, decimal', 'http://2852039166:PORT/'],
  ['metadata, hexadecimal', 'http://0xa9fea9fe:PORT/'],
  ['metadata, octal', 'http://0251.0376.0251.0376:PORT/'],
  ['metadata, IPv4-mapped', 'http://[::ffff:169.254.169.254]:PORT/'],
  ['metadata, NAT64', 'http://[64:ff9b::a9fe:a9fe]:PORT/'],
  ['metadata, 6to4', 'http://[2002:a9fe:a9fe::]:PORT/'],
  ['metadata, IPv6', 'http://[fd00:ec2::254]:PORT/'],
  ['metadata, IPv6 written out', 'http://[fd00:0ec2:0:0:0:0:0:0254]:PORT/'],
  ['metadata, IPv6, of a pod', 'http://[fd00:ec2::23]:PORT/'],
  ['metadata, NAT64 of a site', 'http://[64:ff9b:1::a9fe:a9fe]:PORT/'],
  ['metadata, NAT64 of a site, 48 bits', 'http://[64:ff9b:1:a9fe:a9:fe00::]:PORT/'],
  ['metadata, NAT64 of a site, 56 bits', 'http://[64:ff9b:1:5a9:fe:a9fe::]:PORT/'],
  ['metadata, NAT64 of a site, 64 bits', 'http://[64:ff9b:1:5:a9:fea9:fe00:0]:PORT/'],
  ['metadata, NAT64 of a site, with more behind it', 'http://[64:ff9b:1:a9fe:a9:fe08:808:808]:PORT/'],
  ['metadata of a second cloud', 'http://[fd20:ce::254]:PORT/'],
  ['metadata of a third cloud', 'http://100.100.100.200:PORT/'],
  ['metadata of a fourth cloud', 'http://168.63.129.16:PORT/'],
  ['metadata of a third cloud, IPv6', 'http://[fd00:100::100:200]:PORT/'],
  ['metadata of a fifth cloud', 'http://192.0.0.192:PORT/'],
  ['metadata of a fifth cloud, IPv6', 'http://[fd00:c1::a9fe:a9fe]:PORT/'],
  ['metadata of a sixth cloud, IPv6', 'http://[fd00:42::42]:PORT/'],
  ['metadata of a seventh cloud, IPv6', 'http://[fd00:a9fe:a9fe::1]:PORT/'],
  ['what nobody was given', 'http://[4000::1]:PORT/'],
  ['link-local, IPv6', 'http://[fe80::1]:PORT/'],
  ['private', 'http://10.0.0.1:PORT/'],
  ['private, IPv6', 'http://[fc00::1]:PORT/'],
  ['carriers', 'http://100.64.0.1:PORT/'],
  ['multicast', 'http://224.0.0.1:PORT/'],
  ['multicast, IPv6', 'http://[ff02::1]:PORT/'],
  ['broadcast', 'http://255.255.255.255:PORT/'],
]

/** What names can answer. A public address is only ever named beside one that is not: nothing leaves this machine. */
const answers: readonly (readonly [name: string, ...answers: string[][]])[] = [
  ['a name for this machine', ['127.0.0.1']],
  ['a name for this machine, IPv6', ['::1']],
  ['a name for the unspecified address', ['0.0.0.0']],
  ['a name for the metadata service', ['169.254.169.254']],
  ['a name with a zone', ['fe80::1%lo']],
  ['a name for an address in disguise', ['::ffff:127.0.0.1']],
  ['dual answers, public first', ['8.8.8.8', '127.0.0.1']],
  ['dual answers, private first', ['127.0.0.1', '8.8.8.8']],
  ['dual answers, IPv6', ['2606:4700::1111', '::1']],
  ['dual answers, the allowed door first', [doorAddress, '127.0.0.1']],
  ['a name without addresses', []],
  ['a name whose answer is no address', ['127.1']],
]

/** A resolver that gives these answers one after the other, and the last one ever after. */
export function resolver(...answers: string[][]): Lookup {
  return ((_: string, __: object, callback: (error: null, all: { address: string; family: number }[]) => void) => {
    const now = (answers.length > 1 ? answers.shift() : answers[0]) ?? []
    callback(
      null,
      now.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }) as never
}

/** Sets the trap up. Whoever opens a client asks it for every trick, and looks at `connections` afterwards. */
export async function setTrap(): Promise<Trap> {
  let connections = 0
  const servers: Server[] = []
  const port = await listenEverywhere(servers, () => {
    connections += 1
  })
  const redirecting = await serve(
    (_, response) => response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end(),
    doorAddress,
  )
  const tricks = (): Trick[] => [
    ...spellings.map(([name, url]) => ({ name, url: url.replace('PORT', String(port)) })),
    ...answers.map(([name, ...all], i) => ({
      name,
      url: `http://name-${i}.example:${port}/`,
      lookup: resolver(...all),
    })),
    { name: 'a redirect', url: `${redirecting.url}/` },
    {
      name: 'rebinding: the allowed door at first, and then this machine',
      url: `http://rebinding.example:${port}/`,
      lookup: resolver([doorAddress], ['127.0.0.1']),
    },
  ]
  return {
    port,
    connections: () => connections,
    redirecting,
    reach: [`${doorAddress}/32`],
    tricks,
    async close() {
      await Promise.all([redirecting.close(), ...servers.map((one) => new Promise((done) => void one.close(done)))])
    },
  }
}

/** IPv6 may be switched off on a machine: then nothing can arrive there either. */
async function listenEverywhere(servers: Server[], onConnection: () => void): Promise<number> {
  for (;;) {
    const port = randomPort()
    const taken: boolean[] = []
    for (const host of ['127.0.0.1', '::1']) {
      const server = createServer((socket) => socket.destroy()).on('connection', onConnection)
      try {
        taken.push(!(await listensAt(server, port, host)))
        servers.push(server)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error
      }
    }
    if (!taken.includes(true)) return port
    for (const server of servers.splice(0)) server.close()
  }
}
