import type { Tx } from '@rollcall/store'
import { advanceSoon } from './advance-soon.ts'

interface InLane {
  id: string
  environmentId: string
  componentId: string
}

/** Takes the locked lane for an apply that begins. */
export async function holdLane(tx: Tx, apply: InLane): Promise<void> {
  await tx.db.lane.update({ where: laneOf(apply), data: { heldByApplyId: apply.id } })
}

/** Gives the locked lane up when the apply has settled, and has those looked at that wait for it. */
export async function freeLane(tx: Tx, apply: InLane): Promise<void> {
  await tx.db.lane.updateMany({
    where: { environmentId: apply.environmentId, componentId: apply.componentId, heldByApplyId: apply.id },
    data: { heldByApplyId: null },
  })
  const waiting = await tx.db.apply.findMany({
    where: { environmentId: apply.environmentId, componentId: apply.componentId, settled: false, startedAt: null },
    select: { id: true },
  })
  for (const { id } of waiting) if (id !== apply.id) advanceSoon(tx, id)
}

function laneOf({ environmentId, componentId }: InLane) {
  return { environmentId_componentId: { environmentId, componentId } }
}
