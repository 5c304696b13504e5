import { isCapability } from '@rollcall/rollout'
import type { CiTrust, Tx } from '@rollcall/store'
import type { Context } from '../context.ts'
import { requireHeld, rightsOfMaker } from '../tokens/maker.ts'
import { slugsById } from '../tokens/view.ts'

/** Throws unless the one who acts could make this trust as it is. */
export async function requireMayEnable(tx: Tx, ctx: Context, trust: CiTrust): Promise<void> {
  const slugs = await slugsById(tx.db)
  requireHeld(await rightsOfMaker(tx.db, ctx, 'trusts'), {
    capabilities: trust.capabilities.filter(isCapability),
    environments: new Map(trust.environmentIds.flatMap((id) => (slugs.has(id) ? [[id, slugs.get(id) as string]] : []))),
    everywhere: trust.everywhere,
  })
}
