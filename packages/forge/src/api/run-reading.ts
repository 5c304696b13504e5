import { z } from 'zod'
import { workflowFileOf } from '../manifest/workflow-path.ts'

const text = z.string().nullish().catch(null)

/** A workflow run as far as it is read; GitHub and Gitea agree on these names, and leave out different ones. */
export const wireRun = z.object({
  id: z.int().positive(),
  name: text,
  display_title: text,
  path: text,
  event: text,
  status: text,
  conclusion: text,
  head_sha: text,
  html_url: text,
  run_attempt: z.number().nullish().catch(null),
  created_at: text,
  run_started_at: text,
  started_at: text,
})

export interface Run {
  id: number
  /** What the forge shows as its title: the workflow's `run-name`, where it has one. */
  title: string
  /** The workflow's file. */
  file: string
  event: string
  headSha: string | null
  url: string | null
  attempt: number | null
  /** When it was created, or began; null when the forge does not say. */
  createdAt: Date | null
  progress: RunProgress
}

/** How far a run is. `ended` says how; `unknown` is a word that nobody knows, never a failure. */
export type RunProgress =
  | { state: 'queued' | 'running' }
  | { state: 'ended'; conclusion: RunConclusion; said: string }
  | { state: 'unknown'; said: string }

export type RunConclusion = 'succeeded' | 'failed' | 'cancelled' | 'skipped'

const underway: Readonly<Record<string, 'queued' | 'running'>> = {
  queued: 'queued',
  requested: 'queued',
  waiting: 'queued',
  pending: 'queued',
  blocked: 'queued',
  in_progress: 'running',
  running: 'running',
}

/** Neutral is no failure, and proves nothing either. */
const conclusions: Readonly<Record<string, RunConclusion>> = {
  success: 'succeeded',
  failure: 'failed',
  timed_out: 'failed',
  startup_failure: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  skipped: 'skipped',
  neutral: 'skipped',
}

/** Some forges put the conclusion where the others say `completed`. */
export function progressOf(status: string | null | undefined, conclusion: string | null | undefined): RunProgress {
  const [first, second] = [(status ?? '').toLowerCase(), (conclusion ?? '').toLowerCase()]
  if (Object.hasOwn(underway, first)) return { state: underway[first] as 'queued' | 'running' }
  const said = first === 'completed' ? second : first
  if (Object.hasOwn(conclusions, said)) return { state: 'ended', conclusion: conclusions[said] as RunConclusion, said }
  return { state: 'unknown', said: said === '' ? 'nothing' : said.slice(0, 60) }
}

export function readRun(wire: z.infer<typeof wireRun>): Run {
  const at = Date.parse(wire.created_at ?? wire.run_started_at ?? wire.started_at ?? '')
  return {
    id: wire.id,
    title: wire.display_title ?? wire.name ?? '',
    file: workflowFileOf(wire.path ?? ''),
    event: wire.event ?? '',
    headSha: wire.head_sha ?? null,
    url: wire.html_url != null && /^https?:\/\//i.test(wire.html_url) ? wire.html_url : null,
    attempt: wire.run_attempt ?? null,
    // Gitea says the year 1 or 1970 of a run that has not begun.
    createdAt: at > Date.UTC(2000, 0) ? new Date(at) : null,
    progress: progressOf(wire.status, wire.conclusion),
  }
}

/** True when `title` holds `correlation` as a word of its own, so that `upd_1` is not found in `upd_12`. */
export function isCorrelated(title: string, correlation: string): boolean {
  if (correlation === '') return false
  for (let at = title.indexOf(correlation); at !== -1; at = title.indexOf(correlation, at + 1)) {
    const around = `${title[at - 1] ?? ' '}${title[at + correlation.length] ?? ' '}`
    if (!/[\w-]/.test(around)) return true
  }
  return false
}
