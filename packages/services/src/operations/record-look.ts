import type { Reading, Verdict } from '@rollcall/rollout'
import { inOneStatement, writeLook } from '@rollcall/store'
import { noteSoon } from '../changes.ts'
import type { Context } from '../context.ts'
import { readingRow } from '../fleet/reading-row.ts'
import { foreignText } from '../foreign-text.ts'
import type { Attempt } from './take.ts'

/**
 * Stores what the target itself answered a driver. `tell: false` where the next write follows at once and tells of both.
 * False: another driver has the attempt, and nothing was written.
 */
export async function recordLook(
  ctx: Context,
  attempt: Attempt,
  reading: Reading,
  verdict: Verdict,
  { tell = true }: { tell?: boolean } = {},
): Promise<boolean> {
  const now = ctx.now()
  const look = { verdict, detail: foreignText(reading.detail, 500), reading: readingRow(attempt.targetId, reading) }
  const written = await inOneStatement(ctx.store, (db) => writeLook(db, attempt, look, now))
  if (written?.differs && tell) noteSoon(ctx, 'operation.observed', attempt, now)
  return written !== null
}
