import type { Reading, Verdict } from '@rollcall/rollout'
import { inOneStatement, writeLook } from '@rollcall/store'
import { hintApply } from '../changes.ts'
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
  const look = {
    verdict,
    detail: foreignText(reading.detail, 500),
    reading: readingRow(attempt.targetId, reading),
    tell,
  }
  const mine = await inOneStatement(ctx.store, (db) => writeLook(db, attempt, look, ctx.now()))
  if (mine && tell) hintApply(ctx, attempt.applyId)
  return mine
}
