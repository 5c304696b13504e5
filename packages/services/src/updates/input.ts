import { z } from 'zod'
import { reason, slug, text } from '../fields.ts'

/** Text that is stored as it was sent, also where a rule refuses it: only its length and its characters are looked at. */
const sent = text(300)
const flag = z.boolean({ error: 'must be true or false' }).default(false)

const optionalText = z
  .string({ error: 'must be text' })
  .max(300, 'must be at most 300 characters')
  .refine((value) => !value.includes('\0') && value.isWellFormed(), 'must be plain text without NUL characters')
  .nullish()

/** An external update in the field's own words. */
export const receiveUpdateInput = z.strictObject({
  source_repo: sent,
  deploy_name: sent,
  environment: sent,
  /** a full commit id; anything else is stored and refused by name */
  sha: sent,
  version: optionalText,
  /** a map of text to text, JSON text of one, or null to clear them; left out: what is recorded stays */
  artifacts: z.unknown().optional(),
  run_id: z
    .union([
      optionalText,
      z
        .number({ error: 'must be text' })
        .int('must be a whole number')
        .min(0)
        .max(2 ** 53 - 1),
    ])
    .optional(),
  /** record it although the same commit is recorded already */
  force: flag,
  /** record it although it is older than what is recorded */
  allow_downgrade: flag,
  reason: reason.nullish(),
  /** say what would become of it, and write nothing */
  dry_run: flag,
  /** the deploy follows in the sender's own run: it is followed there, and not ordered once more */
  deploys: z.literal('in-this-run', { error: 'must be in-this-run, or left out' }).optional(),
})
export type ReceiveUpdateInput = z.output<typeof receiveUpdateInput>

/** How an update came in, beside what it says. */
export interface ReceivedBy {
  via: 'api' | 'hook' | 'ui'
  /** a delivery is handled once, however often it comes */
  deliveryId?: string | null
  /** the deploy follows in the sender's own run */
  inRun?: boolean
  /** when it came in, where that was earlier: what was received later and is recorded already is not replaced */
  receivedAt?: Date
}

export const rollBackExternalInput = z.strictObject({
  environment: slug,
  deploy_name: sent,
  /** a commit, at least its first seven characters, or an exact version; left out: what was recorded before */
  to: text(300).optional(),
  reason: reason.optional(),
})
