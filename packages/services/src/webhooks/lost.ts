import type { Sending } from '@rollcall/store'
import type { Reader } from '../context.ts'

/** A delivery is handled within moments; one that waits for this long has lost its job. */
const lostAfterSeconds = 10
/** One that failed is tried again by its job; this is for when the job has given up. */
const againSeconds = 60
/** After that it stays failed, and a person may replay it. */
const givenUpHours = 24

/**
 * Jobs for deliveries that were accepted and not handled. Of each, one waits in line at most, so asking often does no
 * harm.
 */
export async function findLostDeliveries(db: Reader, now: Date): Promise<Sending<'delivery.handle'>[]> {
  const before = (seconds: number) => new Date(now.getTime() - seconds * 1000)
  const rows = await db.webhookDelivery.findMany({
    where: {
      verdict: 'accepted',
      handledAt: null,
      receivedAt: { lt: before(lostAfterSeconds), gt: before(givenUpHours * 3600) },
    },
    select: { id: true, failure: true },
    orderBy: { id: 'asc' },
    take: 1_000,
  })
  return rows.map(({ id, failure }) => ({
    name: 'delivery.handle',
    data: { deliveryId: id },
    key: id,
    ...(failure === null ? {} : { startAfter: new Date(now.getTime() + againSeconds * 1000) }),
  }))
}
