import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { countTries, pruneTries, transact, uncountTry } from '@rollcall/store'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'

const windowMs = 5 * 60_000
/** Tries that fail within the window, from one client: for one account, and for all. */
const mostOfPair = 10
const mostOfClient = 50
/** Clients and accounts remembered at most. */
const mostKeys = 20_000

export interface Attempt {
  pair: string
  client: string
  /** 0: it may be tried */
  waitSeconds: number
}

/**
 * Counts a try to come in before it is made, and says how long to wait when this client has failed too often: with this
 * account, or at all. Nobody else waits for it: whoever guesses at an account does not keep its owner out. Counting first
 * lets no two tries at once slip past. What refuses is written to the audit once for each window.
 */
export async function beginSignIn(ctx: Context, who: { account: string; client: string }): Promise<Attempt> {
  const now = ctx.now()
  const windowStart = new Date(now.getTime() - windowMs)
  const client = `client ${network(who.client)}`
  const pair = `pair ${createHash('sha256').update(`${client}\n${who.account.trim().toLowerCase()}`).digest('hex')}`
  const counted = await countTries(ctx.store, [client, pair], now, windowStart)
  const over = counted.filter(({ key, count }) => count > (key === client ? mostOfClient : mostOfPair))
  if (counted.some(({ count }) => count === 1)) await pruneTries(ctx.store, windowStart, mostKeys)
  const waits = over.map(({ firstAt }) => Math.ceil((firstAt.getTime() + windowMs - now.getTime()) / 1000))
  const waitSeconds = waits.length === 0 ? 0 : Math.max(1, ...waits)
  if (over.some(({ key, count }) => count === (key === client ? mostOfClient : mostOfPair) + 1)) {
    await transact(ctx.store, (tx) =>
      audit(tx, ctx, {
        action: 'sign_in.wait',
        subjectType: 'sign_in',
        subjectId: who.client,
        environmentId: null,
        outcome: 'refused',
        detail: { waitSeconds },
      }),
    )
  }
  return { pair, client, waitSeconds }
}

/** Forgets the failures with this account: whoever succeeded knows the password. */
export async function signInSucceeded(ctx: Context, { pair, client }: Attempt): Promise<void> {
  await ctx.store.db.signInFailure.deleteMany({ where: { key: pair } })
  await uncountTry(ctx.store, client)
}

/** Throws while a client has to wait. */
export function refuseWait({ waitSeconds }: Attempt): void {
  if (waitSeconds === 0) return
  throw new ServiceError('refused', 'That was tried too often.', { remedy: `Try again in ${waitSeconds} s.` })
}

/** Forgets what no window needs any more. */
export const pruneSignIns = (ctx: Context): Promise<void> =>
  pruneTries(ctx.store, new Date(ctx.now().getTime() - windowMs), mostKeys)

/** Whoever has one IPv6 address has all of its network: 64 bits of it are as good as none. */
function network(address: string): string {
  if (!isIPv6(address)) return address
  const [left = '', right] = address.split('::')
  const head = left.split(':').filter(Boolean)
  const tail = (right ?? '').split(':').filter(Boolean)
  const zeros = right === undefined ? [] : new Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0')
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`
}
