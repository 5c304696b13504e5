import { isCapability } from '@rollcall/rollout'
import type { CiTrust, Tx } from '@rollcall/store'
import type { Context } from '../context.ts'
import { requireHeld, requireNoToken } from '../tokens/maker.ts'
import { seenById } from '../tokens/view.ts'

/** Throws unless the one who acts could make this trust as it is. */
export async function requireMayEnable(tx: Tx, ctx: Context, trust: CiTrust): Promise<void> {
  requireNoToken(ctx, 'make trusts')
  const slugs = await seenById(tx.db, ctx)
  requireHeld(ctx, {
    capabilities: trust.capabilities.filter(isCapability),
    environments: new Map(
      trust.environmentIds.map((id) => [id, slugs.get(id) ?? 'an environment that you do not see']),
    ),
    everywhere: trust.everywhere,
  })
}
