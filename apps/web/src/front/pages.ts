import type { IncomingMessage } from 'node:http'
// what Next itself will judge by: a copy of it would be another opinion
import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state.js'
import type { Env } from '../env.ts'
import { peerHeader } from '../server/client-address.ts'
import { originHeader } from '../server/origin-header.ts'

/** Headers by which Next talks to itself, or which would make it do something: none of them is for senders to set. */
const inner =
  /^(?:x-middleware-|x-nextjs-|x-invoke-|x-matched-path$|x-forwarded-|forwarded$|next-action$|next-resume$|x-nonce$)/

/**
 * Takes out of a request for a page what could mislead Next: its own inner headers, and every host but the configured
 * one; and says what that is called as an address. A page then cannot show or link to what the sender called this server.
 */
export function cleanForPages(request: IncomingMessage, { baseUrl }: Pick<Env, 'baseUrl'>): void {
  const { headers } = request
  for (const name of Object.keys(headers)) if (inner.test(name) || name === peerHeader) delete headers[name]
  headers.host = baseUrl.host
  headers[originHeader] = baseUrl.origin
  const tree = headers['next-router-state-tree']
  // it would answer 500; without it, it draws the whole page
  if (tree !== undefined && !isTree(tree)) delete headers['next-router-state-tree']
}

function isTree(text: string | string[]): boolean {
  try {
    parseAndValidateFlightRouterState(text)
    return true
  } catch {
    return false
  }
}
