import { insertChange, type Tx } from '@rollcall/store'
import type { Context } from './context.ts'

export interface NotedChange {
  kind: string
  applyId?: string
  environmentId?: string
  operationId?: string
}

/** Notes that something changed, under the apply's own number where it is about one, and hints at it after the commit. */
export async function noteChange(tx: Tx, at: Date, change: NotedChange): Promise<void> {
  await insertChange(tx, {
    kind: change.kind,
    applyId: change.applyId ?? null,
    environmentId: change.environmentId ?? null,
    operationId: change.operationId ?? null,
    at,
  })
  if (change.applyId) tx.hint(`apply:${change.applyId}`)
  tx.hint('world')
}

/** Has a change of an operation noted soon, together with others of its apply: its statement has been committed. */
export function noteSoon(
  { store }: Context,
  kind: string,
  operation: { applyId: string; operationId: string },
  at: Date,
) {
  store.later.note({ kind, applyId: operation.applyId, operationId: operation.operationId, at })
}
