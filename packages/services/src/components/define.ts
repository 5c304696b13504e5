import { newId, transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { slug, text } from '../fields.ts'
import { componentOrder } from './find.ts'

export const defineComponentInput = z.strictObject({ slug, name: text(100).optional() })

export interface ComponentRef {
  slug: string
  name: string
}

/** Makes a component known, or renames it. Idempotent. */
export async function defineComponent(ctx: Context, input: unknown): Promise<ComponentRef & { created: boolean }> {
  const asked = parse(defineComponentInput, input)
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const before = await tx.db.component.findUnique({ where: { slug: asked.slug } })
    const name = asked.name ?? before?.name ?? asked.slug
    if (before?.name === name) return { slug: asked.slug, name, created: false }
    const component = await tx.db.component.upsert({
      where: { slug: asked.slug },
      create: { id: newId('cmp', now.getTime()), slug: asked.slug, name, createdAt: now },
      update: { name },
    })
    await audit(tx, ctx, {
      action: 'component.define',
      subjectType: 'component',
      subjectId: component.id,
      environmentId: null,
      ...(before ? { before: { slug: asked.slug, name: before.name } } : {}),
      after: { slug: asked.slug, name },
    })
    await noteChange(tx, now, { kind: 'component.defined' })
    return { slug: asked.slug, name, created: !before }
  })
}

/** All components, oldest first. */
export async function listComponents(ctx: Context): Promise<ComponentRef[]> {
  const components = await ctx.store.db.component.findMany({ orderBy: componentOrder })
  return components.map(({ slug, name }) => ({ slug, name }))
}
