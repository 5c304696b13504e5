import { type ForgeAccess, repoPath } from './access.ts'
import type { ForgeFailure, ForgeReading } from './answers.ts'
import type { Asker } from './ask.ts'
import { type Run, type RunConclusion, readRun, wireRun } from './run-reading.ts'

/** Waits, or ends early when the signal fires. Handed in, so that tests need not wait. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>

export interface ReadRunAsk {
  repo: string
  runId: number
  timeoutMs?: number
  signal?: AbortSignal
}

/** One look at one run, addressed by its number. */
export async function readRunOnce(ask: Asker, forge: ForgeAccess, what: ReadRunAsk): Promise<ForgeReading<Run>> {
  const { repo, runId, timeoutMs = 30_000, signal } = what
  if (!Number.isSafeInteger(runId) || runId < 1) throw new TypeError('runId must be a positive whole number')
  const answer = await ask(forge, {
    about: `reading run ${runId} of ${repo}`,
    path: `${repoPath(repo)}/actions/runs/${runId}`,
    shape: wireRun.refine(({ id }) => id === runId),
    timeoutMs,
    signal,
  })
  return answer.ok ? { ...answer, value: readRun(answer.value) } : answer
}

export interface FollowRunAsk extends ReadRunAsk {
  everyMs?: number
  /** From now until nobody waits any more. */
  withinMs: number
}

/**
 * How a run ended. `unknown`: it was not seen to end, because the time was over or the forge could not be read. That is a
 * fact about the one who watched, never a failure of the run.
 */
export type RunEnd =
  | { outcome: RunConclusion; run: Run }
  | { outcome: 'unknown'; run: Run | null; failure: ForgeFailure | null; message: string }

export interface Clock {
  now: () => number
  sleep: Sleep
}

/** Looks at a run until it has ended. Trouble while looking is lived through until the time is over. */
export async function followRun(ask: Asker, forge: ForgeAccess, what: FollowRunAsk, clock: Clock): Promise<RunEnd> {
  const { everyMs = 10_000, withinMs, signal } = what
  const until = clock.now() + withinMs
  let run: Run | null = null
  let failure: ForgeFailure | null = null
  for (;;) {
    const left = until - clock.now()
    if (left <= 0 || signal?.aborted) break
    const reading = await readRunOnce(ask, forge, { ...what, timeoutMs: Math.min(what.timeoutMs ?? 30_000, left) })
    if (reading.ok) {
      run = reading.value
      failure = null
      if (run.progress.state === 'ended') return { outcome: run.progress.conclusion, run }
    } else {
      failure = reading
      // The token will not become a better one by waiting.
      if (reading.trouble === 'refused') break
    }
    const pause = Math.max(everyMs, (failure?.retryAfterSeconds ?? 0) * 1000)
    await clock.sleep(Math.min(pause, Math.max(0, until - clock.now())), signal)
  }
  return { outcome: 'unknown', run, failure, message: whyUnknown(what, run, failure) }
}

function whyUnknown({ repo, runId, signal }: FollowRunAsk, run: Run | null, failure: ForgeFailure | null): string {
  if (failure !== null) return failure.message
  if (signal?.aborted) return `nobody waits for run ${runId} of ${repo} any more`
  const seen =
    run === null
      ? 'was not seen'
      : run.progress.state === 'unknown'
        ? `says "${run.progress.said}"`
        : `is ${run.progress.state}`
  return `run ${runId} of ${repo} ${seen}, and the time is over`
}
