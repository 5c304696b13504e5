import type { Sending, Tx } from '@rollcall/store'

/** Has the apply looked at again. However often this is asked, one look waits in line. */
export function advanceJob(applyId: string): Sending<'apply.advance'> {
  return { name: 'apply.advance', data: { applyId }, key: applyId }
}

/** Has the apply looked at again when the transaction commits, or at a time: one look per moment waits in line. */
export function advanceSoon(tx: Tx, applyId: string, at?: Date): void {
  tx.send(
    at === undefined
      ? advanceJob(applyId)
      : { ...advanceJob(applyId), key: `${applyId}@${at.getTime()}`, startAfter: at },
  )
}
