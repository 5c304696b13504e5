import { newestChecks } from '@rollcall/store'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { sha } from '../fields.ts'
import { checkView } from './view.ts'
import type { ChecksView } from './views.ts'

export const listChecksInput = z.strictObject({ sha })

/** What the checks of a commit say now: the newest report of each context, by context. Empty when there is none. */
export async function listChecks(ctx: Context, input: unknown): Promise<ChecksView> {
  const { sha } = parse(listChecksInput, input)
  const rows = await newestChecks(ctx.store.db, sha)
  return { sha, items: rows.map(checkView), asOf: ctx.now().toISOString() }
}
