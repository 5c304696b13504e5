import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { limit } from '../fields.ts'
import { cursor, decodeCursor, pageOf } from '../reads/pages.ts'
import type { Page } from '../views.ts'
import { askedEnvironment, auditFilter, auditWhere } from './filter.ts'
import { auditRows } from './view.ts'
import type { AuditRow } from './views.ts'

export const listAuditInput = z.strictObject({ ...auditFilter, cursor: cursor.optional(), limit })

/** The audit, newest first, by page, as far as it may be seen. A filter that nothing matches gives an empty page. */
export async function listAudit(ctx: Context, input: unknown = {}): Promise<Page<AuditRow>> {
  const asked = parse(listAuditInput, input)
  const last = decodeCursor(asked.cursor, /^\d{1,15} \d{1,18}$/)?.split(' ')
  const environmentId = await askedEnvironment(ctx, asked.environment)
  if (environmentId === null) return { items: [], nextCursor: null }
  const at = last && new Date(Number(last[0]))
  const beyond = at ? { OR: [{ at: { lt: at } }, { at, id: { lt: BigInt(last[1] ?? 0) } }] } : {}
  const rows = await ctx.store.db.auditEntry.findMany({
    where: {
      AND: [
        auditWhere(ctx, asked),
        environmentId === undefined ? {} : { environmentId },
        // the first one is what the index is asked for
        at ? { at: { lte: at } } : {},
        beyond,
      ],
    },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: asked.limit + 1,
  })
  const shown = await auditRows(ctx, rows.slice(0, asked.limit))
  const page = pageOf(
    rows,
    asked.limit,
    (row) => `${row.at.getTime()} ${row.id}`,
    () => null,
  )
  return { items: shown, nextCursor: page.nextCursor }
}
