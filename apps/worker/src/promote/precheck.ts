import type { Failure } from '@rollcall/registry-client'
import type { ImageReading } from '@rollcall/rollout'
import type { PromotionDrive } from '@rollcall/services'
import { ask, type Drive } from './deps.ts'

type Move = PromotionDrive['facts']['moves'][number]

/** Reads every source and every destination of a set, and writes nothing anywhere. */
export function readImages(drive: Drive): Promise<ImageReading[]> {
  return Promise.all(
    drive.promotion.facts.moves.map(async (move) => {
      const [source, destination] = await Promise.all([readSource(drive, move), readDestination(drive, move)])
      return { repository: move.repository, source, destination }
    }),
  )
}

/** Where nobody may be asked, every image is told so. */
export function refusedImages({ facts }: PromotionDrive, message: string): ImageReading[] {
  return facts.moves.map(({ repository }) => ({
    repository,
    source: { state: 'refused', message },
    destination: { state: 'refused', message },
  }))
}

async function readSource(drive: Drive, move: Move): Promise<ImageReading['source']> {
  const { client, registry, deps, promotion } = drive
  // an undo names what it goes back to by its digest
  const reference = promotion.facts.trigger === 'undo' ? (move.sourceDigest ?? move.sourceTag) : move.sourceTag
  const head = await client.headManifest(registry, move.repository, reference, ask(deps))
  if (head.outcome === 'absent') return { state: 'missing', message: head.message }
  if (head.outcome !== 'ok') return { state: stateOf(head), message: head.message }
  const { digest, mediaType } = head
  const told = await client.readRevision(registry, move.repository, digest, ask(deps))
  if (told.outcome !== 'ok' && told.retryable) return { state: 'unreadable', message: told.message }
  return { state: 'found', digest, mediaType, revision: told.outcome === 'ok' ? told.revision : null }
}

async function readDestination(drive: Drive, move: Move): Promise<ImageReading['destination']> {
  const { client, registry, deps } = drive
  // first the tag alone: a part of an image that is missing must not read as a tag that is not there
  const head = await client.headManifest(registry, move.repository, move.destinationTag, ask(deps))
  if (head.outcome === 'absent') return { state: 'absent' }
  if (head.outcome !== 'ok') return { state: stateOf(head), message: head.message }
  const { digest } = head
  const told = await client.readRevision(registry, move.repository, digest, ask(deps))
  if (told.outcome === 'ok') {
    const unlabelled = told.revision === null && /^the image has no label/.test(told.because ?? '')
    return { state: 'found', digest, revision: told.revision, because: told.because, unlabelled }
  }
  if (told.retryable) return { state: 'unreadable', message: told.message }
  return { state: 'found', digest, revision: null, because: told.message, unlabelled: false }
}

/** What trying again later may mend is unreadable; the rest is for a person. */
function stateOf({ outcome, retryable }: Failure): 'unreadable' | 'refused' {
  return retryable || outcome === 'protocol_error' ? 'unreadable' : 'refused'
}
