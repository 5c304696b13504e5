import { transact } from '@rollcall/store'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { sha, text } from '../fields.ts'
import { recordCheck } from './record.ts'
import { checkView } from './view.ts'
import type { CheckView } from './views.ts'

export const reportCheckInput = z.strictObject({
  sha,
  /** compared exactly with what a gate requires */
  context: text(200),
  /** in the sender's own word: success, failure, pending, cancelled, skipped, … A word that nobody knows holds a gate */
  status: text(50),
  url: text(2_000)
    .refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value), 'must be an http or https URL')
    .optional(),
  repo: text(200).optional(),
})

/**
 * Takes what a check of a commit says. The newest report of a context counts; the same one again changes nothing and
 * answers the first.
 */
export async function reportCheck(ctx: Context, input: unknown): Promise<CheckView & { created: boolean }> {
  const { sha, context, status, url, repo } = parse(reportCheckInput, input)
  return transact(ctx.store, async (tx) => {
    const { check, outcome } = await recordCheck(tx, ctx, {
      sha,
      context,
      status,
      url: url ?? null,
      repo: repo ?? null,
      order: null,
      reportedBy: ctx.actor.name,
      deliveryId: null,
      at: ctx.now(),
    })
    return { ...checkView(check), created: outcome === 'written' }
  })
}
