import type { Sending, Tx } from '@rollcall/store'

/** Has a promotion driven. However often this is asked, one driver has it. */
export function promotionJob(promotionId: string): Sending<'promotion.drive'> {
  return { name: 'promotion.drive', data: { promotionId }, key: promotionId }
}

export function decideJob(sha: string): Sending<'promotion.decide'> {
  return { name: 'promotion.decide', data: { sha }, key: sha }
}

export function watchJob(imageSet: string): Sending<'tags.watch'> {
  return { name: 'tags.watch', data: { imageSet }, key: imageSet }
}

/** Has those driven that wait in a set. */
export async function driveWaiting(tx: Tx, imageSet: string): Promise<void> {
  const waiting = await tx.db.promotion.findMany({
    where: { imageSet, endedAt: null, token: null },
    orderBy: { id: 'desc' },
    select: { id: true },
  })
  tx.send(...waiting.map(({ id }) => promotionJob(id)))
}
