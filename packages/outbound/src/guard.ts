import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { buildConnector } from 'undici'
import { rangeOf } from './address.ts'
import { judgeAddress } from './judge.ts'
import { judgePort } from './ports.ts'
import type { Reach } from './reach.ts'

export type Lookup = typeof systemLookup

export interface Guard {
  /** Why nobody may be asked at this URL's host and port, when its text alone says so; else null. */
  refusal(url: URL): string | null
  /** For an undici agent: connects only where the address itself may be connected to. */
  connector(options: buildConnector.BuildOptions): buildConnector.connector
}

/** A connection that was not made, or was dropped before a byte was sent on it. Its message is ours, with nothing to hide. */
export class OutboundRefusal extends Error {
  readonly code = 'ROLLCALL_OUTBOUND'
}

/**
 * Decides about every connection that Rollcall makes by the address that it really goes to: a name can point anywhere,
 * to several places at once, and somewhere else a second later. All answers of a name must be allowed; the address of
 * the connected socket is judged once more, before a byte is sent. Throws a TypeError for a range that is none.
 */
export function outboundGuard(reach: Reach, options: { lookup?: Lookup | undefined } = {}): Guard {
  const listed = reach === 'all' ? reach : reach.map(rangeOf)
  const resolve = options.lookup ?? systemLookup

  const lookup: LookupFunction = (hostname, asked, callback) => {
    // every address, also where only one is wanted: one of several that is not allowed refuses the name
    resolve(hostname, { ...asked, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0)
      const refused = addresses.map(({ address }) => judgeAddress(address, listed)).find((why) => why !== null)
      if (refused !== undefined) return callback(new OutboundRefusal(`${hostname.slice(0, 100)}: ${refused}`), '', 0)
      const [first] = addresses
      if (first === undefined) return callback(new OutboundRefusal(`${hostname.slice(0, 100)} has no address`), '', 0)
      if (asked.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }

  const refusalAt = (protocol: string, hostname: string, port: string): string | null => {
    if (protocol !== 'https:' && protocol !== 'http:') return `${protocol} is not spoken`
    const host = hostname.replace(/^\[|\]$/g, '')
    if (host === '') return 'the URL names no host'
    const wrongPort = judgePort(port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port))
    return wrongPort ?? (isIP(host) === 0 ? null : judgeAddress(host, listed))
  }

  return {
    refusal(url) {
      if (url.username !== '' || url.password !== '') return 'a URL with a user name or password is not asked'
      return refusalAt(url.protocol, url.hostname, url.port)
    },
    connector(build) {
      const connect = buildConnector({ ...build, lookup } as buildConnector.BuildOptions)
      return (wanted, callback) => {
        // once more: whoever brings an agent of their own may have forgotten to ask
        const refused = refusalAt(wanted.protocol, wanted.hostname, String(wanted.port ?? ''))
        if (refused !== null) return callback(new OutboundRefusal(refused), null)
        connect(wanted, (...[error, socket]) => {
          if (error) return callback(error, null)
          const wrong = whyNotConnected(socket, (address) => judgeAddress(address, listed))
          if (wrong === null) return callback(null, socket)
          socket.destroy()
          callback(new OutboundRefusal(wrong), null)
        })
      }
    },
  }
}

function whyNotConnected(socket: Socket, judge: (address: string) => string | null): string | null {
  return socket.remoteAddress === undefined ? 'the connection has no other end' : judge(socket.remoteAddress)
}
