import { isAuditProtected } from '@rollcall/store'
import type { Context } from '../context.ts'

/** What would keep the processes from changing the audit; null: they may only add to it. */
export async function auditProtectionRemedy(ctx: Context): Promise<string | null> {
  if (await isAuditProtected(ctx.store.db)) return null
  return (
    'The role that Rollcall connects as may change the audit. Give it one that owns nothing: DATABASE_URL of that role, ' +
    'and ROLLCALL_MIGRATE_URL of the owner, when it starts.'
  )
}
