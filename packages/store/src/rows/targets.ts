import { newId } from '../ids.ts'
import type { Tx } from '../transact.ts'

/**
 * Stores the control plane's own list, in its order: new targets are added, the ones it left out are marked, none is
 * deleted. Writes only what differs; answers how many rows that was.
 */
export async function writeEnumeration(
  tx: Tx,
  environmentId: string,
  slugs: readonly string[],
  now: Date,
): Promise<number> {
  const named = [...new Set(slugs)]
  const ids = named.map(() => newId('tgt', now.getTime()))
  const written = await tx.db.$executeRaw`
    insert into targets as t (id, environment_id, slug, position, created_at)
    select g.id, ${environmentId}, g.slug, g.position - 1, ${now}
    from unnest(${ids}::text[], ${named}::text[]) with ordinality as g(id, slug, position)
    left join targets k on k.environment_id = ${environmentId} and k.slug = g.slug
    where k.id is null or not k.enumerated or k.position <> g.position - 1
    on conflict (environment_id, slug) do update set position = excluded.position, enumerated = true`
  const left = await tx.db.$executeRaw`
    update targets t set enumerated = false
    where t.environment_id = ${environmentId} and t.enumerated
      and not exists (select from unnest(${named}::text[]) as g(slug) where g.slug = t.slug)`
  return written + left
}

/** From now on the target is expected to run the build; nothing is called stale before `settlingUntil`. */
export async function expectBuild(
  tx: Tx,
  expected: {
    targetId: string
    componentId: string
    buildId: string
    applyId: string
    since: Date
    settlingUntil: Date | null
  },
): Promise<void> {
  await tx.db.$executeRaw`
    insert into expectations (target_id, component_id, build_id, apply_id, since, settling_until)
    values (${expected.targetId}, ${expected.componentId}, ${expected.buildId}, ${expected.applyId}, ${expected.since},
      ${expected.settlingUntil})
    on conflict (target_id, component_id) do update set build_id = excluded.build_id, apply_id = excluded.apply_id,
      since = case when expectations.build_id = excluded.build_id then expectations.since else excluded.since end,
      settling_until = excluded.settling_until`
}
