import { newId } from '../ids.ts'
import type { Tx } from '../transact.ts'

/**
 * Stores the control plane's own list, in its order: new targets are added, the ones it left out are marked, none is
 * deleted. Writes only what differs; answers how many rows that was.
 */
export async function writeEnumeration(
  tx: Tx,
  { environmentId, fleetId }: { environmentId: string; fleetId: string },
  slugs: readonly string[],
  now: Date,
): Promise<number> {
  const named = [...new Set(slugs)]
  const ids = named.map(() => newId('tgt', now.getTime()))
  const written = await tx.db.$executeRaw`
    insert into targets as t (id, environment_id, fleet_id, slug, position, created_at)
    select g.id, ${environmentId}, ${fleetId}, g.slug, g.position - 1, ${now}
    from unnest(${ids}::text[], ${named}::text[]) with ordinality as g(id, slug, position)
    left join targets k on k.fleet_id = ${fleetId} and k.slug = g.slug
    where k.id is null or not k.enumerated or k.position <> g.position - 1
    on conflict (fleet_id, slug) do update set position = excluded.position, enumerated = true`
  const left = await tx.db.$executeRaw`
    update targets t set enumerated = false
    where t.fleet_id = ${fleetId} and t.enumerated
      and not exists (select from unnest(${named}::text[]) as g(slug) where g.slug = t.slug)`
  return written + left
}
