import { failure } from './answers.ts'
import type { Door } from './door.ts'
import type { Cost, Failure, Manifest } from './facts.ts'
import type { KnownRegistry } from './known.ts'
import type { Call } from './line.ts'
import { getManifest, headManifest, putManifest } from './manifests.ts'
import { shownReference } from './reference.ts'

export interface MoveOptions {
  /**
   * Asked once, when everything is read and right before the tag is written: the place to look whether something newer
   * has taken over, and to record what is about to happen. A sentence holds the move back, null lets it happen. What it
   * throws, the call throws.
   */
  beforePut?: (found: { digest: string; mediaType: string }) => Promise<string | null> | string | null
}

/** What is known of the tag afterwards: proven to be at the digest, surely not touched by us, or to be read back. */
export type TagState = 'moved' | 'untouched' | 'unknown'

export type Step = 'read' | 'copy' | 'write' | 'verify'

/**
 * - `moved`: the registry acknowledged it and answers with this digest.
 * - `held`: `beforePut` said no; nothing was written.
 * - a failure in step `read` or `copy`, or one that a registry declined in step `write`: the tag is untouched.
 * - `unknown`, `transient`, `protocol_error`, `mismatch` in step `write` or `verify`: the tag may have moved. Read it.
 * - `mismatch` in step `verify`: acknowledged, but the tag answers with `foundDigest`: either somebody moved it since,
 *   or this is what it was before and a replica lags.
 */
export interface MovedTag {
  outcome: 'moved' | 'held' | Failure['outcome']
  tag: TagState
  /** The last step that was begun. */
  step: Step
  /** Of the source; null when it could not be read. */
  digest: string | null
  mediaType: string | null
  /** What the tag answered with in step `verify`. */
  foundDigest: string | null
  retryable: Failure['retryable']
  owes: Failure['owes']
  code: Failure['code']
  httpStatus: Failure['httpStatus']
  transport: Failure['transport']
  retryAfterMs: Failure['retryAfterMs']
  message: string
}
export type RetagAnswer = MovedTag & Cost

interface TagPlace {
  registry: KnownRegistry
  repository: string
  tag: string
}

/** GET, PUT of the identical bytes and type, HEAD: three requests when signed in. */
export async function retag(
  door: Door,
  { registry, repository, from, to }: { registry: KnownRegistry; repository: string; from: string; to: string },
  options: MoveOptions,
  call: Call,
): Promise<MovedTag> {
  // Asking for the right to push already here makes one token do for all three.
  const source = await getManifest(door, { registry, repository, reference: from, action: 'pull,push' }, call)
  if (source.outcome !== 'ok') return notReached('read', source)
  return writeTag(door, { registry, repository, tag: to }, source, options, call)
}

/** What came before the tag failed. Whatever was written until then is named by digest: it owes nothing. */
export function notReached(step: 'read' | 'copy', failed: Failure): MovedTag {
  return { ...failed, owes: 'nothing', tag: 'untouched', step, digest: null, mediaType: null, foundDigest: null }
}

/** The one place where a tag is moved: ask before, write once, look. */
export async function writeTag(
  door: Door,
  { registry, repository, tag }: TagPlace,
  source: Manifest,
  options: MoveOptions,
  call: Call,
): Promise<MovedTag> {
  const { digest, mediaType } = source
  const known = { digest, mediaType, foundDigest: null }
  const about = `moving ${shownReference(repository, tag)} to ${digest} at ${registry.host}`
  await door.line.opened(registry.origin, call)
  const held = (await options.beforePut?.({ digest, mediaType })) ?? null
  if (held !== null) return { ...none, ...known, outcome: 'held', tag: 'untouched', step: 'write', message: held }

  const place = { registry, repository, reference: tag }
  const written = await putManifest(door, place, source, call)
  if (written.outcome !== 'ok') {
    const untouched = written.owes === 'nothing'
    return { ...written, ...known, tag: untouched ? 'untouched' : 'unknown', step: 'write' }
  }
  const seen = await headManifest(door, { ...place, action: 'pull,push' }, call)
  if (seen.outcome !== 'ok') {
    const message = `the registry took it, but the tag could not be read back: ${seen.message}`
    const told = failure('unknown', message, { about, effect: 'write', secrets: registry.secrets })
    const { code, httpStatus, transport, retryAfterMs } = seen
    return { ...told, code, httpStatus, transport, retryAfterMs, ...known, tag: 'unknown', step: 'verify' }
  }
  if (seen.digest !== digest) {
    const text = `the registry took it, but the tag answers with ${seen.digest}`
    const told = failure('mismatch', text, { about, effect: 'write', secrets: registry.secrets })
    return { ...told, ...known, foundDigest: seen.digest, tag: 'unknown', step: 'verify' }
  }
  const message = `${shownReference(repository, tag)} is ${digest}`
  return {
    ...none,
    digest,
    mediaType,
    foundDigest: seen.digest,
    outcome: 'moved',
    tag: 'moved',
    step: 'verify',
    message,
  }
}

const none = {
  retryable: false,
  owes: 'nothing',
  code: null,
  httpStatus: null,
  transport: null,
  retryAfterMs: null,
} as const
