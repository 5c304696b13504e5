import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { csvBegin, csvLine } from './csv.ts'
import { askedEnvironment, auditFilter, auditWhere } from './filter.ts'
import { auditRows } from './view.ts'
import type { AuditRow } from './views.ts'

const exportFormats = ['jsonl', 'csv'] as const

export const exportAuditInput = z.strictObject({
  ...auditFilter,
  format: z.enum(exportFormats, { error: `must be one of ${exportFormats.join(', ')}` }).default('jsonl'),
})

export interface AuditExport {
  type: string
  fileName: string
  /** the text in pieces, read as they are taken; whoever stops taking ends it */
  pieces: AsyncIterable<string>
}

const atOnce = 1_000

/**
 * The audit as a file, oldest first, as far as it may be seen: JSON lines, or CSV for spreadsheets. Rows that are added
 * while it is taken are not in it. It is never held in memory whole.
 */
export async function exportAudit(ctx: Context, input: unknown = {}): Promise<AuditExport> {
  const { format, ...asked } = parse(exportAuditInput, input)
  const environmentId = await askedEnvironment(ctx, asked.environment)
  const newest = await ctx.store.db.auditEntry.findFirst({ orderBy: { id: 'desc' }, select: { id: true } })
  const pages = environmentId === null || newest === null ? none() : read(ctx, asked, environmentId, newest.id)
  const day = ctx.now().toISOString().slice(0, 10)
  return {
    type: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8',
    fileName: `rollcall-audit-${day}.${format}`,
    pieces: format === 'csv' ? asCsv(pages) : asLines(pages),
  }
}

async function* none(): AsyncGenerator<AuditRow[]> {}

async function* read(
  ctx: Context,
  asked: Parameters<typeof auditWhere>[1],
  environmentId: string | undefined,
  upTo: bigint,
): AsyncGenerator<AuditRow[]> {
  const where = { AND: [auditWhere(ctx, asked), environmentId === undefined ? {} : { environmentId }] }
  for (let after = 0n; ; ) {
    const rows = await ctx.store.db.auditEntry.findMany({
      where: { ...where, id: { gt: after, lte: upTo } },
      orderBy: { id: 'asc' },
      take: atOnce,
    })
    if (rows.length > 0) yield await auditRows(ctx, rows)
    const last = rows.at(-1)
    if (!last || rows.length < atOnce) return
    after = last.id
  }
}

async function* asLines(pages: AsyncIterable<AuditRow[]>): AsyncGenerator<string> {
  for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

const json = (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value))

const columns: readonly [name: string, of: (row: AuditRow) => string | null][] = [
  ['id', (row) => row.id],
  ['at', (row) => row.at],
  ['actor', (row) => row.actor.name],
  ['actor_id', (row) => row.actor.id],
  ['via', (row) => row.actor.via],
  ['credential', (row) => row.actor.credential],
  ['action', (row) => row.action],
  ['outcome', (row) => row.outcome],
  ['subject_type', (row) => row.subject.type],
  ['subject_id', (row) => row.subject.id],
  ['subject', (row) => row.subject.name],
  ['environment', (row) => row.environment],
  ['reason', (row) => row.reason],
  ['request_id', (row) => row.requestId],
  ['before', (row) => json(row.before)],
  ['after', (row) => json(row.after)],
  ['detail', (row) => json(row.detail)],
  ['sealed_as', (row) => row.seal?.seq ?? null],
  // who reads nothing there has to know whether there was nothing
  ['withheld', (row) => (row.withheld ? 'yes' : null)],
]

async function* asCsv(pages: AsyncIterable<AuditRow[]>): AsyncGenerator<string> {
  yield csvBegin + csvLine(columns.map(([name]) => name))
  for await (const rows of pages) yield rows.map((row) => csvLine(columns.map(([, of]) => of(row)))).join('')
}
