import type { Prisma, PrismaClient } from '../generated/client.ts'

/**
 * Whether whoever this process connects as can only add to the audit: may not change, delete or empty it or its chain,
 * owns neither, and could not make itself the owner.
 */
export async function isAuditProtected(db: PrismaClient | Prisma.TransactionClient): Promise<boolean> {
  const [row] = await db.$queryRaw<{ protected: boolean }[]>`
    select bool_and(not (
      has_table_privilege(c.oid, 'update') or has_any_column_privilege(c.oid, 'update')
      or has_table_privilege(c.oid, 'delete') or has_table_privilege(c.oid, 'truncate')
      or pg_has_role(current_user, c.relowner, 'member')
      or (select r.rolsuper or r.rolcreaterole from pg_roles r where r.rolname = current_user))) as protected
    from pg_class c where c.oid in ('public.audit'::regclass, 'public.audit_seals'::regclass)`
  return row?.protected ?? false
}
