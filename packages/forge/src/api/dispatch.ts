import { z } from 'zod'
import { type ForgeAccess, repoPath, workflowFile } from './access.ts'
import type { ForgeFailure } from './answers.ts'
import type { Asker } from './ask.ts'

export interface DispatchAsk {
  repo: string
  /** The workflow's file, with or without its folder. */
  workflow: string
  /** Branch or tag on which it runs. */
  ref: string
  inputs: Readonly<Record<string, string>>
  timeoutMs?: number
  signal?: AbortSignal
}

/**
 * `accepted` says that the forge took the order, not that a run exists; `runId` is null when it does not tell.
 * After `unknown` the order may have arrived: look for the run before giving it again. After `not_sent` it may simply be
 * given again.
 */
export type Dispatch =
  | { outcome: 'accepted'; runId: number | null }
  | { outcome: 'unknown'; failure: ForgeFailure }
  | { outcome: 'refused' | 'not_sent'; failure: ForgeFailure }

/** Nothing, or which run it began. Anything that is no JSON was not said by a forge. */
const details = z.object({ workflow_run_id: z.int().positive().nullish().catch(null) }).nullable()

const outcomes = {
  refused: 'refused',
  not_found: 'refused',
  limited: 'not_sent',
  not_connected: 'not_sent',
  transient: 'unknown',
  unknown: 'unknown',
  protocol_error: 'unknown',
} as const satisfies Record<ForgeFailure['trouble'], Dispatch['outcome']>

/** Gives one order to run a workflow, and never gives it twice. */
export async function dispatchWorkflow(ask: Asker, forge: ForgeAccess, order: DispatchAsk): Promise<Dispatch> {
  const { repo, workflow, ref, inputs, timeoutMs = 30_000, signal } = order
  const tellsRun = forge.tellsRun ?? new URL(forge.url).hostname === 'api.github.com'
  const isGitHub = forge.kind === 'github'
  const answer = await ask(forge, {
    about: `dispatching ${workflowFile(workflow)} of ${repo}`,
    method: 'POST',
    path: `${repoPath(repo)}/actions/workflows/${workflowFile(workflow)}/dispatches`,
    query: tellsRun && !isGitHub ? { return_run_details: 'true' } : {},
    body: { ref, inputs, ...(tellsRun && isGitHub ? { return_run_details: true } : {}) },
    shape: details,
    timeoutMs,
    signal,
  })
  if (answer.ok) return { outcome: 'accepted', runId: answer.value?.workflow_run_id ?? null }
  return { outcome: outcomes[answer.trouble], failure: answer }
}
