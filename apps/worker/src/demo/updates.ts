import { type Context, receiveUpdate } from '@rollcall/services'
import * as world from './world.ts'

/** What other repositories have released, each told once: what came after it is not told away at the next start. */
export async function tellUpdates(as: (name: string) => Context): Promise<void> {
  const ctx = as('acme-ci')
  for (const update of world.updates) {
    const told = await ctx.store.db.externalUpdate.count({ where: { runId: update.run_id } })
    if (told === 0) await receiveUpdate(ctx, update)
  }
}
