import type { Tx } from '@rollcall/store'

/** What open streams are told by: somebody may have lost the right to what they read. */
export const accessTopic = 'access'

/** Has every process look again, once this is committed, whether those who read may still do so. */
export const accessChanged = (tx: Tx) => tx.hint(accessTopic)
