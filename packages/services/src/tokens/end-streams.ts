import type { Tx } from '@rollcall/store'

/** Has every process look again, once this is committed, whether those who read by a stream may still do so. */
export const endStreams = (tx: Tx): void => tx.hint('access')
