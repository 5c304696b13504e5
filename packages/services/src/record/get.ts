import { z } from 'zod'
import type { Context } from '../context.ts'
import { notFound, parse } from '../errors.ts'
import { auditWhere } from './filter.ts'
import { auditRows } from './view.ts'
import type { AuditRow } from './views.ts'

export const getAuditRowInput = z.strictObject({
  id: z.string({ error: 'must be text' }).regex(/^[1-9]\d{0,17}$/, 'must be the number of a row'),
})

/** One row of the audit, if it may be seen. */
export async function getAuditRow(ctx: Context, input: unknown): Promise<AuditRow> {
  const { id } = parse(getAuditRowInput, input)
  const row = await ctx.store.db.auditEntry.findFirst({ where: { AND: [{ id: BigInt(id) }, auditWhere(ctx, {})] } })
  const [shown] = row ? await auditRows(ctx, [row]) : []
  if (!shown) throw notFound('row of the audit', id, 'id', 'Take the id from GET /api/v1/audit.')
  return shown
}
