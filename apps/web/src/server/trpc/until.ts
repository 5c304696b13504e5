/** Nobody watches longer: the same bound as that of an event stream. */
export const longestStreamMs = 30 * 60_000

/** When a subscription ends: when the caller leaves, and without a caller who could, after the longest stream. */
export function untilGone(signal: AbortSignal | undefined): AbortSignal {
  return signal ?? AbortSignal.timeout(longestStreamMs)
}
