import { leaving } from '../leaving.ts'
import { asTrpcError, longestStreamMs } from './trpc.ts'

/**
 * What a subscription yields, until the caller leaves, or this process does, or the longest stream is over. A failure is
 * told like that of a query: as an internal error the client would reconnect for ever to an apply that does not exist.
 * When the process leaves, the stream breaks off instead of ending well: then the browser comes back, to the next one.
 */
export async function* streamUntilGone<T>(
  signal: AbortSignal | undefined,
  open: (until: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const until = AbortSignal.any([leaving, signal ?? AbortSignal.timeout(longestStreamMs)])
  try {
    yield* open(until)
  } catch (cause) {
    throw asTrpcError(cause)
  }
  if (leaving.aborted) throw new DOMException('This process is ending.', 'AbortError')
}
