import type { Component, Prisma } from '@rollcall/store'
import type { Reader } from '../context.ts'
import { notFound } from '../errors.ts'

/** The component of that slug; throws `not_found`. */
export async function findComponent(db: Reader, slug: string): Promise<Component> {
  const component = await db.component.findUnique({ where: { slug } })
  if (!component)
    throw notFound(
      'component',
      slug,
      'component',
      `List them with GET /api/v1/components, or make it known with PUT /api/v1/components/${slug}.`,
    )
  return component
}

/** Oldest first. */
export const componentOrder = [{ createdAt: 'asc' }, { id: 'asc' }] satisfies Prisma.ComponentOrderByWithRelationInput[]
