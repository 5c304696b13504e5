import type { Prisma } from '@rollcall/store'
import { z } from 'zod'
import { subjectTypes } from '../audit.ts'
import { type Context, vias } from '../context.ts'
import { instant, slug, text } from '../fields.ts'
import { escapeLike } from '../like.ts'
import { seen, seesAll } from '../sees.ts'

const oneOf = <T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` })

/** What can be asked of the audit, the same for the screen, the API and an export. */
export const auditFilter = {
  /** a name, exactly */
  actor: text(200).optional(),
  /** `apply.release`, or `apply.` for all of a kind */
  action: text(100).optional(),
  subjectType: oneOf(subjectTypes).optional(),
  subjectId: text(200).optional(),
  environment: slug.optional(),
  outcome: oneOf(['done', 'refused']).optional(),
  via: oneOf(vias).optional(),
  /** of that time and later */
  since: instant.optional(),
  /** before that time */
  until: instant.optional(),
  /** somewhere in the reason, in whatever case */
  text: text(200).optional(),
}

export type AuditFilter = { [K in keyof typeof auditFilter]?: z.output<(typeof auditFilter)[K]> }

/** The rows that are asked for and may be seen; what belongs to no environment is everybody's. */
export function auditWhere(ctx: Context, asked: AuditFilter): Prisma.AuditEntryWhereInput {
  const { actor, action, subjectType, subjectId, outcome, via, since, until } = asked
  return {
    ...(seesAll(ctx) ? {} : { OR: [{ environmentId: null }, seen(ctx)] }),
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action: action.endsWith('.') ? { startsWith: escapeLike(action) } : action }),
    ...(subjectType === undefined ? {} : { subjectType }),
    ...(subjectId === undefined ? {} : { subjectId }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(via === undefined ? {} : { via }),
    ...(since || until ? { at: { ...(since ? { gte: since } : {}), ...(until ? { lt: until } : {}) } } : {}),
    ...(asked.text === undefined ? {} : { reason: { contains: escapeLike(asked.text), mode: 'insensitive' } }),
  }
}

/** The id of the environment that is asked for; undefined: none is; null: there is none of that name to be seen. */
export async function askedEnvironment(ctx: Context, slug: string | undefined): Promise<string | null | undefined> {
  if (slug === undefined) return undefined
  const found = await ctx.store.db.environment.findUnique({ where: { slug }, select: { id: true } })
  const { sees = 'everywhere' } = ctx
  return found && (sees === 'everywhere' || sees.has(found.id)) ? found.id : null
}
