import type { TestDatabase } from '@rollcall/store/testing'

const tables = [
  'environments',
  'fleets',
  'components',
  'builds',
  'targets',
  'lanes',
  'applies',
  'operations',
  'attempts',
  'expectations',
  'current_readings',
  'reading_history',
  'changes',
  'audit',
  'audit_seals',
  'worker_heartbeats',
  'configurations',
  'external_slots',
  'external_updates',
  'webhook_deliveries',
  'checks',
  'promotions',
  'promotion_moves',
  'watched_tags',
  'alerts',
  'users',
  'accounts',
  'sessions',
  'role_grants',
  'invitations',
  'setup',
]

/** Every fact of the database with who wrote it last, and every job: equal before and after means that nothing was written. */
export async function snapshot(database: TestDatabase): Promise<Record<string, string>> {
  const facts = tables.map(
    (
      table,
    ) => `select '${table}' as name, md5(string_agg(xmin::text || to_jsonb(t)::text, ',' order by to_jsonb(t)::text)) as rows
      from ${table} t`,
  )
  const jobs = `select 'jobs', md5(string_agg(id::text || state::text, ',' order by id)) from pgboss.job`
  const rows = await database.query<{ name: string; rows: string }>([...facts, jobs].join(' union all '))
  return Object.fromEntries(rows.map(({ name, rows }) => [name, rows]))
}
