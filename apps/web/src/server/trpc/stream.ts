import type { Rights } from '@rollcall/rollout'
import { type AccessNews, watchAccess } from '../../auth/access-watch.ts'
import type { Deps } from '../context.ts'
import { leaving } from '../leaving.ts'
import type { Principal } from '../principal.ts'
import { asTrpcError, longestStreamMs, notSignedIn } from './trpc.ts'

/** For whom a stream is, and whether they could open it with other rights than they have; as each procedure is given it. */
interface Reading {
  deps: Deps
  principal: Principal
  admitWith: (rights: Rights) => Promise<void>
}

/**
 * What a subscription yields, until the caller leaves, or this process does, or the longest stream is over. A failure is
 * told like that of a query: as an internal error the client would reconnect for ever to an apply that does not exist.
 * When what let the reader in ends, the stream does, within a second; when it allows something else now, or the process
 * leaves, the stream breaks off instead of ending well: then the browser comes back and is checked again.
 */
export async function* streamUntilGone<T>(
  { ctx, signal }: { ctx: Reading; signal: AbortSignal | undefined },
  open: (until: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T> {
  let news: AccessNews | undefined
  const told = new AbortController()
  const stop = watchAccess(ctx.deps, ctx.principal, (now) => {
    news = now
    told.abort()
  })
  try {
    yield* open(AbortSignal.any([leaving, told.signal, signal ?? AbortSignal.timeout(longestStreamMs)]))
  } catch (cause) {
    throw asTrpcError(cause)
  } finally {
    stop()
  }
  if (news === null) throw asTrpcError(notSignedIn())
  if (news !== undefined) {
    await ctx.admitWith(news)
    throw new DOMException('What you may do here has changed.', 'AbortError')
  }
  if (leaving.aborted) throw new DOMException('This process is ending.', 'AbortError')
}
