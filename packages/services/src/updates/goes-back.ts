import type { ExternalUpdate } from '@rollcall/store'
import type { Context } from '../context.ts'

/** An update that somebody recorded on purpose, although something newer was there: its applies may go back. */
export function goesBack({ allowDowngrade, forced, via }: Pick<ExternalUpdate, 'allowDowngrade' | 'forced' | 'via'>) {
  return allowDowngrade || forced || via === 'rollback'
}

/** The same of a stored one, by its id; false where there is none. */
export async function updateGoesBack({ store: { db } }: Context, id: string): Promise<boolean> {
  if (!/^upd_[0-9a-z]{1,32}$/.test(id)) return false
  const row = await db.externalUpdate.findUnique({
    where: { id },
    select: { allowDowngrade: true, forced: true, via: true },
  })
  return row !== null && goesBack(row)
}
