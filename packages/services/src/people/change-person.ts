import { lockPeople, lockPerson, type Tx, transact } from '@rollcall/store'
import type { Context } from '../context.ts'
import { accessChanged } from './access-changed.ts'
import { findManagers, requireManager } from './managers.ts'
import { findPerson, type PersonFound } from './person.ts'

/**
 * The checklist of every change of what a person may do: one at a time → load → change → is somebody left who could undo
 * it → tell the open streams. `change` answers false when it is so already: then nothing is told.
 */
export async function changePerson(
  ctx: Context,
  id: string,
  change: (tx: Tx, found: PersonFound) => Promise<boolean>,
): Promise<void> {
  await transact(ctx.store, async (tx) => {
    await lockPeople(tx)
    await lockPerson(tx, id)
    const found = await findPerson(tx.db, id, ctx.now())
    const managers = await findManagers(tx.db)
    if (!(await change(tx, found))) return
    await requireManager(tx.db, managers)
    accessChanged(tx)
  })
}
