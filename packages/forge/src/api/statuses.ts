import { z } from 'zod'
import type { StatusReading, StatusRow } from '../checks/gate.ts'
import { type ForgeAccess, repoPath } from './access.ts'
import type { ForgeFailure } from './answers.ts'
import type { Asker } from './ask.ts'

export interface ReadStatusesAsk {
  repo: string
  /** In full. */
  sha: string
  /** For each page, in milliseconds. Default 30,000. */
  timeoutMs?: number
  signal?: AbortSignal
}

/** A reading for `checksGate`. `requests` is how many pages were asked for. */
export type Statuses = StatusReading & { requests: number; failure: ForgeFailure | null }

/** GitHub calls it `state`, Gitea `status`. */
const row = z.object({
  id: z.int(),
  context: z.string(),
  state: z.string().nullish(),
  status: z.string().nullish(),
})

const pageSize = '100'
const maxPages = 100

/**
 * All statuses of a commit, read page by page until an empty one: a server may give fewer than it was asked for, so a
 * short page is no end. One page that cannot be read makes the whole unreadable.
 */
export async function readStatuses(ask: Asker, forge: ForgeAccess, what: ReadStatusesAsk): Promise<Statuses> {
  const { repo, sha, timeoutMs = 30_000, signal } = what
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/i.test(sha)) throw new TypeError('a commit is named in full')
  const rows: StatusRow[] = []
  for (let page = 1; page <= maxPages; page++) {
    const answer = await ask(forge, {
      about: `reading the checks of ${sha.slice(0, 7)} in ${repo}`,
      path: `${repoPath(repo)}/commits/${sha}/statuses`,
      query: { [forge.kind === 'github' ? 'per_page' : 'limit']: pageSize, page: String(page) },
      shape: z.array(row).nullable(),
      timeoutMs,
      signal,
    })
    if (!answer.ok) return { readable: false, reason: answer.message, requests: page, failure: answer }
    if (answer.value === null || answer.value.length === 0)
      return { readable: true, rows, requests: page, failure: null }
    for (const { id, context, state, status } of answer.value) rows.push({ id, context, state: state ?? status ?? '' })
  }
  const reason = `more than ${maxPages} pages of checks of ${sha.slice(0, 7)} in ${repo}`
  return { readable: false, reason, requests: maxPages, failure: null }
}
