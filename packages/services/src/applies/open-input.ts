import { z } from 'zod'
import { sha, slug, text, whole } from '../fields.ts'

const byPolicy = (value: unknown) => ({ description: `left out: as the policy there says, else ${value}` })

/**
 * What a new apply is asked with. A preview takes the same. How it goes may be left out, each field by itself: then it
 * goes as the policy there says, else by default.
 */
export const openApplyInput = z.strictObject({
  environment: slug,
  component: slug,
  sha,
  /** slugs; left out: the whole fleet. An empty list is refused, never read as "all". */
  targets: z
    .array(slug, { error: 'must be a list of tenant slugs' })
    .max(20_000, 'must be at most 20000 tenants')
    .optional(),
  canary: slug.nullish().meta({ description: 'left out: that of the policy there; null: none' }),
  batchSize: whole(1, 1_000).optional().meta(byPolicy(3)),
  soakSeconds: whole(0, 86_400).optional().meta(byPolicy(60)),
  /** halt, pause or continue; anything else is treated as halt */
  onFailure: text(40).optional().meta(byPolicy('halt')),
  maxStragglers: whole(0, 20_000).optional().meta(byPolicy(0)),
  /** false is refused where the policy needs an approval */
  requiresApproval: z.boolean({ error: 'must be true or false' }).optional().meta(byPolicy(false)),
  allowDowngrade: z.boolean({ error: 'must be true or false' }).default(false),
  allowUnknownOrder: z.boolean({ error: 'must be true or false' }).default(false),
  idempotencyKey: text(200).optional(),
  /** refuse when the plan is not the one with this hash */
  planHash: text(100).optional(),
})

export type OpenApplyInput = z.output<typeof openApplyInput>
