import { inWords } from './words.ts'

/** Why an attempt failed. Only a reason that may be gone next time is tried again without a person. */
export const failureReasons = {
  refused: { retryable: false, sentence: 'The control plane refused the request.' },
  redeploy_failed: { retryable: false, sentence: 'The control plane reported that the redeploy failed.' },
  row_missing: { retryable: false, sentence: 'The control plane left this tenant out of its answer.' },
  protocol_error: { retryable: false, sentence: 'The answer of the control plane could not be understood.' },
  transient: { retryable: true, sentence: 'The control plane answered with a temporary error.' },
  control_plane_unreachable: { retryable: true, sentence: 'The control plane could not be reached.' },
  outcome_unknown: {
    retryable: true,
    sentence: 'The connection ended before the control plane answered, so it is not known whether it acted.',
  },
  stale: { retryable: false, sentence: 'The tenant still runs another build.' },
  unreachable: { retryable: false, sentence: 'The tenant did not answer.' },
  unhealthy: { retryable: false, sentence: 'The tenant answered that it is not healthy.' },
  wrong_service: { retryable: false, sentence: 'Something other than the tenant answered in its place.' },
  unstamped: { retryable: false, sentence: 'The tenant runs a build that does not say which commit it is.' },
  newer_took_over: { retryable: false, sentence: 'A newer build took over.' },
  forge_unreachable: { retryable: true, sentence: 'The forge could not be reached, so nothing was ordered.' },
  run_refused: { retryable: false, sentence: 'The forge refused to run the workflow.' },
  run_failed: { retryable: false, sentence: 'The run that deploys it did not succeed.' },
  // an order that may have been taken is never given again without a person
  run_unknown: { retryable: false, sentence: 'How the run that deploys it ended is not known.' },
  not_observable: {
    retryable: false,
    sentence: 'The run that deploys it succeeded, but nothing can be asked what runs now.',
  },
} as const satisfies Record<string, { retryable: boolean; sentence: string }>
export type FailureReason = keyof typeof failureReasons

const longestBackoffSeconds = 300

/** Narrows stored text to a reason; unknown text is null. */
export function parseFailureReason(text: string | null): FailureReason | null {
  return text !== null && Object.hasOwn(failureReasons, text) ? (text as FailureReason) : null
}

/**
 * Decides whether an attempt that failed is tried again by itself, and when: `backoffSeconds` after the first attempt,
 * twice as long after each further one, never more than five minutes. `attempt` counts from 1 and is the one that just
 * failed. There is no wait after the last attempt. Anything unreadable is not tried again.
 */
export function nextRetry(
  attempt: number,
  maxAttempts: number,
  reason: FailureReason,
  now: Date,
  backoffSeconds: number,
): { retry: true; at: Date } | { retry: false; why: string } {
  const known = parseFailureReason(reason)
  if (known === null) return { retry: false, why: 'The reason of the failure is not known.' }
  if (!failureReasons[known].retryable) {
    return { retry: false, why: `${failureReasons[known].sentence} Trying again by itself would not change that.` }
  }
  if (!(attempt >= 1 && attempt < maxAttempts)) {
    const used = Number.isSafeInteger(attempt) && attempt >= 1 ? attempt : 0
    if (used === 0) return { retry: false, why: 'The number of attempts is not known.' }
    return {
      retry: false,
      why: used === 1 ? 'The only attempt is used up.' : `All ${inWords(used)} attempts are used up.`,
    }
  }
  const seconds = Math.min(longestBackoffSeconds, Math.max(0, backoffSeconds) * 2 ** (attempt - 1))
  if (!Number.isFinite(seconds)) return { retry: false, why: 'The wait before the next attempt is not known.' }
  return { retry: true, at: new Date(now.getTime() + seconds * 1000) }
}
