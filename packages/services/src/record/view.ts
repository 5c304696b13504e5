import type { AuditEntry } from '@rollcall/store'
import type { Context, Reader } from '../context.ts'
import { seesAll } from '../sees.ts'
import type { AuditRow } from './views.ts'

/** Rows as they are shown, with the names of what they are about, asked for once for all of them. */
export async function auditRows(ctx: Context, rows: readonly AuditEntry[]): Promise<AuditRow[]> {
  if (rows.length === 0) return []
  const { db } = ctx.store
  const [slugs, names, seals] = await Promise.all([
    environmentSlugs(db),
    namesOf(db, rows),
    db.auditSeal.findMany({ where: { auditId: { in: rows.map(({ id }) => id) } } }),
  ])
  const sealOf = new Map(seals.map((seal) => [seal.auditId, seal]))
  const hidden = hiddenNames(ctx, slugs)
  return rows.map((row) => {
    const seal = sealOf.get(row.id)
    const shown: AuditRow = {
      id: String(row.id),
      at: row.at.toISOString(),
      actor: { id: row.actorId, name: row.actor, via: row.via, credential: row.credential },
      action: row.action,
      outcome: row.outcome === 'refused' ? 'refused' : 'done',
      subject: {
        type: row.subjectType,
        id: row.subjectId,
        name: names.get(`${row.subjectType} ${row.subjectId}`) ?? ownName(row),
      },
      environment: row.environmentId === null ? null : (slugs.get(row.environmentId) ?? null),
      reason: row.reason,
      requestId: row.requestId,
      before: fieldsOf(row.before),
      after: fieldsOf(row.after),
      detail: fieldsOf(row.detail),
      seal: seal ? { seq: String(seal.seq), at: seal.sealedAt.toISOString() } : null,
      withheld: false,
    }
    return hidden.length > 0 && mentions(shown, hidden) ? withheld(shown) : shown
  })
}

async function environmentSlugs(db: Reader): Promise<Map<string, string>> {
  const rows = await db.environment.findMany({ select: { id: true, slug: true } })
  return new Map(rows.map(({ id, slug }) => [id, slug]))
}

function hiddenNames(ctx: Context, slugs: ReadonlyMap<string, string>): RegExp[] {
  if (seesAll(ctx)) return []
  const sees = ctx.sees as ReadonlySet<string>
  return [...slugs]
    .filter(([id]) => !sees.has(id))
    .flat()
    .map((name) => new RegExp(`(?<![a-z0-9-])${name}(?![a-z0-9-])`))
}

/**
 * Rather too much is left out than a name told: a row that names several environments belongs to none of them. A name is
 * a whole one: who may not see `prod` sees what happened in `prod-eu` all the same.
 */
const mentions = ({ environment: _, ...row }: AuditRow, hidden: readonly RegExp[]): boolean => {
  // what is escaped there is no letter of a name, but would look like one
  const text = JSON.stringify(row).replace(/\\(?:u[\da-f]{4}|.)/g, ' ')
  return hidden.some((name) => name.test(text))
}

function withheld(row: AuditRow): AuditRow {
  const subject = { type: row.subject.type, id: row.subject.type === 'entry' ? row.subject.id : '', name: null }
  return { ...row, subject, reason: null, before: null, after: null, detail: null, withheld: true }
}

/** Verbs write objects; what is none is shown as the one field it is. */
function fieldsOf(value: AuditEntry['detail']): Record<string, unknown> | null {
  if (value === null) return null
  return typeof value === 'object' && !Array.isArray(value) ? value : { value }
}

/** What the row itself calls its subject, which may be gone by now. */
function ownName({ before, after, detail }: AuditEntry): string | null {
  for (const told of [after, before, detail]) {
    if (typeof told !== 'object' || told === null || Array.isArray(told)) continue
    for (const key of ['slug', 'name', 'email', 'deploy_name', 'set', 'context', 'endpoint']) {
      const value = told[key]
      if (typeof value === 'string' && value !== '') return value
    }
  }
  return null
}

/** `type id` → what people call it today. */
async function namesOf(db: Reader, rows: readonly AuditEntry[]): Promise<Map<string, string>> {
  const ids = (type: string) => [...new Set(rows.filter((row) => row.subjectType === type).map((row) => row.subjectId))]
  const asked = <T>(type: string, ask: (where: { id: { in: string[] } }) => Promise<T[]>) => {
    const wanted = ids(type)
    return wanted.length === 0 ? Promise.resolve([]) : ask({ id: { in: wanted } })
  }
  const [environments, components, people, tokens, trusts, applies, builds] = await Promise.all([
    asked('environment', (where) => db.environment.findMany({ where, select: { id: true, slug: true } })),
    asked('component', (where) => db.component.findMany({ where, select: { id: true, slug: true } })),
    asked('person', (where) => db.user.findMany({ where, select: { id: true, name: true } })),
    asked('token', (where) => db.apiToken.findMany({ where, select: { id: true, name: true } })),
    asked('trust', (where) => db.ciTrust.findMany({ where, select: { id: true, name: true } })),
    asked('apply', (where) =>
      db.apply.findMany({
        where,
        select: { id: true, build: { select: { tag: true, component: { select: { slug: true } } } } },
      }),
    ),
    asked('build', (where) =>
      db.build.findMany({ where, select: { id: true, tag: true, component: { select: { slug: true } } } }),
    ),
  ])
  return new Map([
    ...environments.map(({ id, slug }) => [`environment ${id}`, slug] as const),
    ...components.map(({ id, slug }) => [`component ${id}`, slug] as const),
    ...people.map(({ id, name }) => [`person ${id}`, name] as const),
    ...tokens.map(({ id, name }) => [`token ${id}`, name] as const),
    ...trusts.map(({ id, name }) => [`trust ${id}`, name] as const),
    ...applies.map(({ id, build }) => [`apply ${id}`, `${build.component.slug} ${build.tag}`] as const),
    ...builds.map(({ id, tag, component }) => [`build ${id}`, `${component.slug} ${tag}`] as const),
  ])
}
