import type { IncomingMessage } from 'node:http'
import { DoorError } from '../server/faults.ts'

type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'httpVersion'>

export const pathOf = (url: string) => url.replace(/[?#].*$/s, '')

/**
 * What neither a handler nor a page could take; null: it can be asked on. A path counts only as it is written: one that
 * has to be put in order first could mean another entry to whoever comes later than the one who chose.
 */
export function refusalOf(request: Asked): DoorError | null {
  const { method = '', url = '', headers, httpVersion } = request
  if (method === 'TRACE' || method === 'CONNECT' || method === 'TRACK') {
    return new DoorError('method_not_allowed', `${method} is not answered here.`, {
      remedy: 'Use GET.',
      headers: { allow: 'GET, HEAD, OPTIONS' },
    })
  }
  if (headers.host === undefined && httpVersion !== '1.0') {
    return new DoorError('malformed', 'The request names no host.', { field: 'Host', remedy: 'Send a Host header.' })
  }
  // a whole URL, as one asks a proxy, and what is no path at all
  if (!url.startsWith('/') || url.startsWith('//')) return malformedPath('The path must begin with one slash.')
  const path = pathOf(url)
  if (!isDecodable(path)) return malformedPath('The path is not valid percent-encoded UTF-8.')
  if (!isInOrder(path)) return malformedPath('The path has empty, dotted or hidden parts.')
  return null
}

/** Pages are only looked at: no form is sent to one, and nothing that a page could run by being sent something exists. */
export function isPageMethod(method: string): DoorError | null {
  if (method === 'GET' || method === 'HEAD') return null
  return new DoorError('method_not_allowed', 'This is a page.', {
    remedy: 'Use GET.',
    headers: { allow: 'GET, HEAD' },
  })
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** No `//`, `.`, `..` or backslash, also not percent-encoded, no encoded slash, no control characters. */
function isInOrder(path: string): boolean {
  if (path.includes('//') || /%2f|%5c|%[01][0-9a-f]|%7f/i.test(path)) return false
  return new URL(`http://rollcall${path}`).pathname === path
}

const malformedPath = (message: string) => new DoorError('malformed', message, { remedy: 'Correct the path.' })
