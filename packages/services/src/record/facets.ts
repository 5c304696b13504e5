import { distinctAudited } from '@rollcall/store'
import { subjectTypes } from '../audit.ts'
import { type Context, vias } from '../context.ts'
import { seenEnvironments } from '../sees.ts'
import type { AuditFacets } from './views.ts'

const mostNames = 200

/** What the audit can be filtered by: the actors and actions that there are, at most 200 of each, by name. */
export async function getAuditFacets(ctx: Context): Promise<AuditFacets> {
  const { db } = ctx.store
  const [actors, actions, environments] = await Promise.all([
    distinctAudited(db, 'actor', mostNames),
    distinctAudited(db, 'action', mostNames),
    db.environment.findMany({ where: seenEnvironments(ctx), orderBy: { position: 'asc' }, select: { slug: true } }),
  ])
  return { actors, actions, environments: environments.map(({ slug }) => slug), subjectTypes, vias }
}
