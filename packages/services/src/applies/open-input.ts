import { z } from 'zod'
import { sha, slug, text, whole } from '../fields.ts'

/** What a new apply is asked with. A preview takes the same. */
export const openApplyInput = z.strictObject({
  environment: slug,
  component: slug,
  sha,
  /** slugs; left out: the whole fleet. An empty list is refused, never read as "all". */
  targets: z
    .array(slug, { error: 'must be a list of tenant slugs' })
    .max(20_000, 'must be at most 20000 tenants')
    .optional(),
  canary: slug.nullish(),
  batchSize: whole(1, 1_000).default(3),
  soakSeconds: whole(0, 86_400).default(60),
  /** halt, pause or continue; anything else is treated as halt */
  onFailure: text(40).default('halt'),
  maxStragglers: whole(0, 20_000).default(0),
  requiresApproval: z.boolean({ error: 'must be true or false' }).default(false),
  allowDowngrade: z.boolean({ error: 'must be true or false' }).default(false),
  allowUnknownOrder: z.boolean({ error: 'must be true or false' }).default(false),
  idempotencyKey: text(200).optional(),
  /** refuse when the plan is not the one with this hash */
  planHash: text(100).optional(),
})

export type OpenApplyInput = z.output<typeof openApplyInput>
