import { inOneStatement, writeRun } from '@rollcall/store'
import { noteSoon } from '../changes.ts'
import type { Context } from '../context.ts'
import { foreignText } from '../foreign-text.ts'
import type { Attempt } from './take.ts'

/** Stores which run brings an attempt's build, for whoever takes over and for whoever looks. False: it is not mine. */
export async function recordRun(
  ctx: Context,
  attempt: Attempt,
  run: { id: string; url: string | null },
): Promise<boolean> {
  const now = ctx.now()
  const written = { runId: foreignText(run.id, 100), runUrl: foreignText(run.url, 500) }
  const mine = await inOneStatement(ctx.store, (db) => writeRun(db, attempt, written, now))
  if (mine) noteSoon(ctx, 'operation.run', attempt, now)
  return mine
}
