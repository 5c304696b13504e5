import type { Sending } from '@rollcall/store'
import type { Reader } from '../context.ts'
import type { StoredOpenRefusal } from './facts.ts'

/** What could not be opened is tried again after this long; what nobody tried, a moment after it was recorded. */
const tryAgainSeconds = 10
const leaveAloneSeconds = 3

/**
 * The jobs of updates that stand in a slot, are to be deployed, and have no apply: the process that recorded them died
 * before it could open one, or it could not be opened for now. There are never more of them than there are slots.
 */
export async function findLostUpdates(db: Reader, now: Date): Promise<Sending[]> {
  const slots = await db.externalSlot.findMany({ select: { updateId: true } })
  if (slots.length === 0) return []
  const before = (seconds: number) => new Date(now.getTime() - seconds * 1000)
  const waiting = await db.externalUpdate.findMany({
    where: {
      id: { in: slots.map(({ updateId }) => updateId) },
      applyId: null,
      supersededAt: null,
      deploys: { not: 'record_only' },
      recordedAt: { lte: before(leaveAloneSeconds) },
      OR: [{ openTriedAt: null }, { openTriedAt: { lte: before(tryAgainSeconds) } }],
    },
    select: { id: true, openRefusal: true },
  })
  return waiting
    .filter(({ openRefusal }) => (openRefusal as unknown as StoredOpenRefusal | null)?.temporary ?? true)
    .map(({ id }) => ({ name: 'update.deploy', data: { updateId: id }, key: id }))
}
