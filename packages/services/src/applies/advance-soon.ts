import type { Tx } from '@rollcall/store'

/** Has the apply looked at again: now, or at a time. However often this is asked, one look per moment waits in line. */
export function advanceSoon(tx: Tx, applyId: string, at?: Date): void {
  if (at === undefined) tx.send({ name: 'apply.advance', data: { applyId }, key: applyId })
  else tx.send({ name: 'apply.advance', data: { applyId }, key: `${applyId}@${at.getTime()}`, startAfter: at })
}
