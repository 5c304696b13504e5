import { z } from 'zod'
import { type ForgeAccess, repoPath, workflowFile } from './access.ts'
import type { ForgeFailure } from './answers.ts'
import type { Asker } from './ask.ts'
import { isCorrelated, type Run, readRun, wireRun } from './run-reading.ts'

export interface FindRunAsk {
  repo: string
  workflow: string
  /** Stands in the run's title, because the workflow's `run-name` holds the input that it was given as. */
  correlation: string
  /** Nothing that began more than five minutes before is looked at: clocks differ a little. */
  createdAfter: Date
  timeoutMs?: number
  signal?: AbortSignal
}

/**
 * `none` is a complete look at the runs of that time without finding it, not a proof that none will appear. Several runs
 * of one correlation are never guessed between.
 */
export type FoundRun =
  | { outcome: 'found'; run: Run }
  | { outcome: 'none' }
  | { outcome: 'ambiguous'; runs: Run[] }
  | { outcome: 'unknown'; failure: ForgeFailure | null; message: string }

const list = z.object({ workflow_runs: z.array(z.unknown()).nullish() })

const clockSkewMs = 5 * 60_000
const pageSize = '100'
const maxPages = 20

/** Looks through the runs of a workflow, newest first, page by page until an empty one. */
export async function findRun(ask: Asker, forge: ForgeAccess, what: FindRunAsk): Promise<FoundRun> {
  const { repo, correlation, timeoutMs = 30_000, signal } = what
  const file = workflowFile(what.workflow)
  const since = new Date(what.createdAfter.getTime() - clockSkewMs)
  const isGitHub = forge.kind === 'github'
  const found = new Map<number, Run>()
  for (let page = 1; page <= maxPages; page++) {
    const answer = await ask(forge, {
      about: `looking for the run of ${file} of ${repo}`,
      path: isGitHub ? `${repoPath(repo)}/actions/workflows/${file}/runs` : `${repoPath(repo)}/actions/runs`,
      query: isGitHub
        ? { event: 'workflow_dispatch', created: `>=${since.toISOString()}`, per_page: pageSize, page: String(page) }
        : { event: 'workflow_dispatch', limit: pageSize, page: String(page) },
      shape: list,
      timeoutMs,
      signal,
    })
    if (!answer.ok) return { outcome: 'unknown', failure: answer, message: answer.message }
    const rows = answer.value.workflow_runs ?? []
    const runs = rows.flatMap((row) => {
      const parsed = wireRun.safeParse(row)
      return parsed.success ? [readRun(parsed.data)] : []
    })
    if (runs.length < rows.length) {
      return { outcome: 'unknown', failure: null, message: `the list of runs of ${repo} holds unreadable ones` }
    }
    for (const run of runs) {
      const isOurs = run.file === '' || run.file === file
      const isRecent = run.createdAt === null || run.createdAt >= since
      if (isOurs && isRecent && isCorrelated(run.title, correlation)) found.set(run.id, run)
    }
    // Newest first: behind a page of nothing but older runs there are only older ones.
    const isPast = runs.length > 0 && runs.every(({ createdAt }) => createdAt !== null && createdAt < since)
    if (rows.length === 0 || isPast) return sorted([...found.values()])
  }
  return { outcome: 'unknown', failure: null, message: `more than ${maxPages} pages of runs of ${repo}` }
}

function sorted(runs: Run[]): FoundRun {
  const [run, ...more] = runs
  if (run === undefined) return { outcome: 'none' }
  return more.length === 0 ? { outcome: 'found', run } : { outcome: 'ambiguous', runs }
}
