import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { slug } from '../fields.ts'
import { seen } from '../sees.ts'
import { ringOf } from './slot.ts'
import { snapshotView } from './view.ts'
import type { SlotView } from './views.ts'

export const listSlotsInput = z.strictObject({ environment: slug.optional() })

/** What is recorded of external components, by environment and name, each with its ring of what was there before. */
export async function listSlots(ctx: Context, input: unknown = {}): Promise<SlotView[]> {
  const { environment } = parse(listSlotsInput, input)
  const slots = await ctx.store.db.externalSlot.findMany({
    where: { ...seen(ctx), ...(environment ? { environment: { slug: environment } } : {}) },
    include: { environment: { select: { slug: true } } },
    orderBy: [{ environment: { position: 'asc' } }, { deployName: 'asc' }],
  })
  return slots.map((slot) => ({
    environment: slot.environment.slug,
    deploy_name: slot.deployName,
    source_repo: slot.sourceRepo,
    sha: slot.sha,
    version: slot.version,
    artifacts: slot.artifacts as SlotView['artifacts'],
    recordedAt: slot.recordedAt.toISOString(),
    recordedBy: slot.recordedBy,
    receivedAt: slot.receivedAt.toISOString(),
    run_id: slot.runId,
    revision: slot.revision,
    updateId: slot.updateId,
    previous: ringOf(slot).map(snapshotView),
  }))
}
