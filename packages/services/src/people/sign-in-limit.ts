import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { countTries, pruneTries, type Tries, transact, uncountTry } from '@rollcall/store'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'

const windowMs = 5 * 60_000
/** Tries that fail within the window, from one client: for one account, and for all. */
const mostOfPair = 10
const mostOfClient = 50
/** Clients and accounts remembered at most. */
const mostKeys = 20_000

/** By which way somebody tries to come in. Each is counted apart: what fails on one keeps nobody out of another. */
export type Way = 'sign-in' | 'own password' | 'link' | 'provider' | 'token' | 'proof'

/** Who tries. Without an account only the client is counted: there is nobody to guess at. */
export interface Trying {
  way: Way
  account: string | null
  client: string
}

export interface Attempt {
  pair: string | null
  client: string
  /** 0: it may be tried */
  waitSeconds: number
}

/**
 * Counts a try to come in before it is made, and says how long to wait when this client has failed too often: with this
 * account, or at all. Nobody else waits for it: whoever guesses at an account does not keep its owner out. Counting first
 * lets no two tries at once slip past. What refuses is written to the audit once for each window.
 */
export async function beginSignIn(ctx: Context, who: Trying): Promise<Attempt> {
  const { client, pair } = keysOf(who)
  const counted = await countOne(ctx, who)
  const waitSeconds = waitOf(
    ctx,
    counted.filter(({ key, count }) => count > mostOf(key, client)),
  )
  if (counted.some(({ key, count }) => count === mostOf(key, client) + 1)) await tellWait(ctx, who, waitSeconds)
  return { pair, client, waitSeconds }
}

/**
 * How long this client has to wait, of what is counted only once it was refused (`countRefusal`): of what nobody can guess
 * and what may come many times at once. 0: it may be tried.
 */
export async function waitBefore(ctx: Context, who: Trying): Promise<number> {
  const { client, pair } = keysOf(who)
  const found = await ctx.store.db.signInFailure.findMany({
    where: {
      key: { in: pair === null ? [client] : [client, pair] },
      firstAt: { gt: new Date(ctx.now().getTime() - windowMs) },
    },
  })
  return waitOf(
    ctx,
    found.filter(({ key, count }) => count >= mostOf(key, client)),
  )
}

/** Counts what was refused. */
export async function countRefusal(ctx: Context, who: Trying): Promise<void> {
  const { client } = keysOf(who)
  const full = (await countOne(ctx, who)).filter(({ key, count }) => count === mostOf(key, client))
  if (full.length > 0) await tellWait(ctx, who, waitOf(ctx, full))
}

/** Forgets the failures with this account: whoever succeeded knows the password. */
export async function signInSucceeded(ctx: Context, { pair, client }: Omit<Attempt, 'waitSeconds'>): Promise<void> {
  if (pair !== null) await ctx.store.db.signInFailure.deleteMany({ where: { key: pair } })
  await uncountTry(ctx.store, client)
}

/** Forgets the failures with an account whose password was chosen anew: they were with another. */
export async function forgetFailures(ctx: Context, who: Trying): Promise<void> {
  await ctx.store.db.signInFailure.deleteMany({ where: { key: keysOf(who).pair ?? '' } })
}

/** Takes one try back that turned out well, where that is known elsewhere than where it was counted. */
export const tryEndedWell = (ctx: Context, who: Trying): Promise<void> => uncountTry(ctx.store, keysOf(who).client)

function keysOf({ way, account, client: from }: Trying): { client: string; pair: string | null } {
  const client = `${way} of ${network(from)}`
  if (account === null) return { client, pair: null }
  const hash = createHash('sha256').update(`${client}\n${account.trim().toLowerCase()}`)
  return { client, pair: `pair ${hash.digest('hex')}` }
}

const mostOf = (key: string, client: string) => (key === client ? mostOfClient : mostOfPair)

async function countOne(ctx: Context, who: Trying): Promise<Tries[]> {
  const { client, pair } = keysOf(who)
  const now = ctx.now()
  const windowStart = new Date(now.getTime() - windowMs)
  const counted = await countTries(ctx.store, pair === null ? [client] : [client, pair], now, windowStart)
  if (counted.some(({ count }) => count === 1)) await pruneTries(ctx.store, windowStart, mostKeys)
  return counted
}

/** Until the last of their windows is over. */
function waitOf(ctx: Context, over: readonly { firstAt: Date }[]): number {
  const waits = over.map(({ firstAt }) => Math.ceil((firstAt.getTime() + windowMs - ctx.now().getTime()) / 1000))
  return waits.length === 0 ? 0 : Math.max(1, ...waits)
}

const tellWait = (ctx: Context, { way, client }: Trying, waitSeconds: number): Promise<void> =>
  transact(ctx.store, (tx) =>
    audit(tx, ctx, {
      action: 'sign_in.wait',
      subjectType: 'sign_in',
      subjectId: client,
      environmentId: null,
      outcome: 'refused',
      detail: { way, waitSeconds },
    }),
  )

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
