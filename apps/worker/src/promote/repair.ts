import { type RepairLooks, recordRepair } from '@rollcall/services'
import { ask, type Drive } from './deps.ts'

/** Reads every tag of a torn set and has it unlocked if it is whole. Nothing is written to the registry. */
export async function lookForRepair(drive: Drive): Promise<void> {
  const { client, registry, deps, promotion } = drive
  const looks: RepairLooks = await Promise.all(
    promotion.facts.moves.map(async ({ repository, destinationTag }) => {
      const head = await client.headManifest(registry, repository, destinationTag, ask(deps))
      if (head.outcome === 'absent') return { digest: null, revision: null }
      if (head.outcome !== 'ok') return undefined
      const told = await client.readRevision(registry, repository, head.digest, ask(deps))
      return { digest: head.digest, revision: told.outcome === 'ok' ? told.revision : null }
    }),
  )
  await recordRepair(deps.ctx, promotion, looks)
}
