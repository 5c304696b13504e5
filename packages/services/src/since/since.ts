import { allRights } from '@rollcall/rollout'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { instant } from '../fields.ts'
import { endedSince } from './ended.ts'
import { nextSweeps } from './next-sweeps.ts'
import { overriddenSince, refusedSince } from './overridden.ts'
import { newest, soonest } from './section.ts'
import type { SinceView } from './views.ts'
import { waitsFor } from './waits.ts'

const dayMs = 86_400_000

export const sinceYouLeftInput = z.strictObject({
  /** left out: since this person's last visit, or the last 24 hours where there was none */
  since: instant.optional(),
})

/**
 * What finished, failed and was overruled since then, what waits for the one who asks and only for what they may do, and
 * what happens next and when. Of environments that they may not see, nothing.
 */
export async function sinceYouLeft(ctx: Context, input: unknown = {}): Promise<SinceView> {
  const asked = parse(sinceYouLeftInput, input)
  const now = ctx.now()
  if (asked.since && asked.since > now) {
    throw new ServiceError('invalid', 'since lies in the future.', {
      field: 'since',
      remedy: `Give a time that has passed; here it is ${now.toISOString()}.`,
    })
  }
  const { since, rule } = asked.since ? ({ since: asked.since, rule: 'asked' } as const) : await lastVisit(ctx)
  const [ended, overridden, refused, waits, sweeps] = await Promise.all([
    endedSince(ctx, since),
    overriddenSince(ctx, since),
    refusedSince(ctx, since),
    waitsFor(ctx, ctx.rights ?? allRights),
    nextSweeps(ctx),
  ])
  const told = [ended.finished.total, ended.failed.total, overridden.total, waits.mine.length, refused.length]
  return {
    ...{ since: since.toISOString(), rule, asOf: now.toISOString(), person: ctx.actor.name },
    waits: soonest(waits.mine),
    failed: newest(ended.failed),
    overridden: newest(overridden),
    finished: newest(ended.finished),
    next: soonest([...waits.next, ...sweeps]),
    refused,
    waitsForOthers: waits.others,
    quiet: told.every((count) => count === 0),
  }
}

async function lastVisit(ctx: Context): Promise<{ since: Date; rule: SinceView['rule'] }> {
  const { id } = ctx.actor
  const user = id ? await ctx.store.db.user.findUnique({ where: { id }, select: { leftAt: true } }) : null
  if (user?.leftAt) return { since: user.leftAt, rule: 'visit' }
  return { since: new Date(ctx.now().getTime() - dayMs), rule: 'day' }
}
