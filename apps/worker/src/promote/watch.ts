import { beginWatch, recordWatch, type WatchedReading } from '@rollcall/services'
import { ask, type PromoteDeps } from './deps.ts'

/** Reads what the destination tags of a set are. The commit of a digest that is known already is not read again. */
export async function watchTags(deps: PromoteDeps, imageSet: string): Promise<void> {
  const watch = await beginWatch(deps.ctx, imageSet)
  if (!watch) return
  const { set, registry: config, known } = watch
  const door = await deps.registries.doorTo(config)
  const readings = await Promise.all(
    set.images.map(async (repository): Promise<WatchedReading> => {
      const failed = (failure: string) => ({ repository, digest: null, revision: null, failure })
      if ('refusal' in door) return failed(door.refusal)
      const { client, registry } = door
      const head = await client.headManifest(registry, repository, set.destinationTag, ask(deps))
      if (head.outcome === 'absent') return { repository, digest: null, revision: null, failure: null }
      if (head.outcome !== 'ok') return failed(head.message)
      const { digest } = head
      const before = known.find((one) => one.repository === repository)
      if (before?.digest === digest && before.revision !== null)
        return { repository, digest, revision: before.revision, failure: null }
      const told = await client.readRevision(registry, repository, digest, ask(deps))
      return { repository, digest, revision: told.outcome === 'ok' ? told.revision : null, failure: null }
    }),
  )
  await recordWatch(deps.ctx, watch, readings)
}
