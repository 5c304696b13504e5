import type { Prisma } from '@rollcall/store'

/** The control plane's own order. Those it left out keep their old place, so the name decides between two in one place. */
export const fleetOrder = [{ position: 'asc' }, { slug: 'asc' }] satisfies Prisma.TargetOrderByWithRelationInput[]
