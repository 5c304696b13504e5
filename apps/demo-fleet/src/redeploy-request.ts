import { z } from 'zod'
import { HttpError } from './http.ts'

const whole = z.number().int()

const schema = z.object({
  target_tag: z.string(),
  canary_slug: z.string().nullish(),
  soak_seconds: whole.min(0).max(3600).nullish(),
  batch_size: whole.min(1).nullish(),
  dry_run: z.boolean().nullish(),
  confirm: z.boolean().nullish(),
  only_slugs: z.array(z.string()).nullish(),
  max_stragglers: whole.min(0).nullish(),
})

export interface RedeployRequest {
  tag: string
  canarySlug: string | null
  soakSeconds: number
  batchSize: number
  dryRun: boolean
  /** null = the whole fleet */
  onlySlugs: string[] | null
  maxStragglers: number
}

/** The request as the contract has it, or an HttpError 400 that says what is wrong with it. */
export function parseRedeployRequest(body: unknown, knows: (slug: string) => boolean): RedeployRequest {
  if (body === undefined) throw new HttpError(400, 'the body is empty')
  const parsed = schema.safeParse(body)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new HttpError(400, `${issue?.path.join('.') || 'body'}: ${issue?.message}`)
  }
  const given = parsed.data
  // There is no default tag: one that was made up once took a tenant back by weeks.
  if (given.target_tag === '') throw new HttpError(400, 'target_tag: must name an image tag')
  const onlySlugs = given.only_slugs ?? null
  if (onlySlugs === null && given.confirm !== true) {
    throw new HttpError(400, 'confirm: must be true for a call that concerns the whole fleet')
  }
  if (onlySlugs?.length === 0) throw new HttpError(400, 'only_slugs: an empty list does not mean everybody')
  for (const slug of onlySlugs ?? []) {
    if (!knows(slug)) throw new HttpError(400, `only_slugs: there is no tenant "${slug.slice(0, 80)}"`)
  }
  return {
    tag: given.target_tag,
    canarySlug: given.canary_slug ? given.canary_slug : null,
    soakSeconds: given.soak_seconds ?? 60,
    batchSize: given.batch_size ?? 3,
    dryRun: given.dry_run ?? false,
    onlySlugs: onlySlugs === null ? null : [...new Set(onlySlugs)],
    maxStragglers: given.max_stragglers ?? 0,
  }
}
