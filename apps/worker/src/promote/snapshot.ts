import { recordSnapshot } from '@rollcall/services'
import { ask, type Drive } from './deps.ts'
import { mine, moveAt, type Try } from './write.ts'

/** Keeps what a tag is under its dated name. The first of a day stays: it is what the day began with. */
export async function keepSnapshot(drive: Drive, position: number): Promise<Try> {
  const { client, registry, deps, promotion } = drive
  const { repository, snapshotTag, previousDigest } = moveAt(promotion.facts, position)
  const there = await client.headManifest(registry, repository, snapshotTag ?? '', ask(deps))
  if (there.outcome !== 'ok') {
    if (there.outcome !== 'absent') return failed(drive, there)
    const kept = await client.retag(registry, repository, previousDigest ?? '', snapshotTag ?? '', ask(deps))
    if (kept.outcome !== 'moved') return failed(drive, kept)
  }
  const facts = await mine(recordSnapshot(deps.ctx, promotion, position))
  return { facts, written: { seen: { digest: previousDigest } } }
}

function failed(
  { promotion }: Drive,
  { message, retryable, retryAfterMs }: { message: string; retryable: boolean; retryAfterMs: number | null },
): Try {
  return { facts: promotion.facts, written: { trouble: message, fatal: !retryable, retryAfterMs } }
}
