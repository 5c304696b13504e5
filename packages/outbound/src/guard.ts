import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { buildConnector } from 'undici'
import { rangeOf } from './address.ts'
import { judgeAddress } from './judge.ts'

/** Which ranges besides the public internet may be connected to; `all`: every one of which that can be said at all. */
export type Reach = 'all' | readonly string[]

export interface Guard {
  /** Why nobody may be asked at this URL's host and port, when its text alone says so; else null. */
  refusal(url: URL): string | null
  /** For an undici agent: connects only where the address itself may be connected to. */
  connector(options: buildConnector.BuildOptions): buildConnector.connector
}

/**
 * Decides about every connection that Rollcall makes by the address that it really goes to: a name can point anywhere,
 * to several places at once, and somewhere else a second later. All answers of a name must be allowed; the address of
 * the connected socket is judged once more, before a byte is sent. Throws a TypeError for a range that is none.
 */
export function outboundGuard(reach: Reach, options: { lookup?: typeof systemLookup } = {}): Guard {
  const listed = reach === 'all' ? reach : reach.map(rangeOf)
  const resolve = options.lookup ?? systemLookup

  const lookup: LookupFunction = (hostname, asked, callback) => {
    // every address, also where only one is wanted: one of several that is not allowed refuses the name
    resolve(hostname, { ...asked, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0)
      const refused = addresses.map(({ address }) => judgeAddress(address, listed)).find((why) => why !== null)
      if (refused !== undefined) return callback(new Error(`${hostname}: ${refused}`), '', 0)
      const [first] = addresses
      if (first === undefined) return callback(new Error(`${hostname} has no address`), '', 0)
      if (asked.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }

  return {
    refusal(url) {
      if (url.protocol !== 'https:' && url.protocol !== 'http:') return `${url.protocol} is not spoken`
      if (url.username !== '' || url.password !== '') return 'a URL with a user name or password is not asked'
      const host = url.hostname.replace(/^\[|\]$/g, '')
      if (host === '') return 'the URL names no host'
      return isIP(host) === 0 ? null : judgeAddress(host, listed)
    },
    connector(build) {
      const connect = buildConnector({ ...build, lookup } as buildConnector.BuildOptions)
      return (wanted, callback) => {
        const host = wanted.hostname.replace(/^\[|\]$/g, '')
        const refused = isIP(host) === 0 ? null : judgeAddress(host, listed)
        if (refused !== null) return callback(new Error(refused), null)
        connect(wanted, (...[error, socket]) => {
          if (error) return callback(error, null)
          const wrong = whyNotConnected(socket, (address) => judgeAddress(address, listed))
          if (wrong === null) return callback(null, socket)
          socket.destroy()
          callback(new Error(wrong), null)
        })
      }
    },
  }
}

function whyNotConnected(socket: Socket, judge: (address: string) => string | null): string | null {
  return socket.remoteAddress === undefined ? 'the connection has no other end' : judge(socket.remoteAddress)
}
