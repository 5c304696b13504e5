import { redact } from '@rollcall/outbound'
import { type About, failure } from './answers.ts'
import { digestOf, isDigestOf } from './digest.ts'
import { type Action, type Door, scopeOf } from './door.ts'
import type { Exchange, Failure, Manifest, ManifestHead, Result } from './facts.ts'
import type { KnownRegistry } from './known.ts'
import type { Call } from './line.ts'
import { acceptManifests, bareType, isManifestType, kindOf, type ManifestMediaType } from './media-types.ts'
import { shownReference, validDigest } from './reference.ts'
import { imageSchema, indexSchema, parseJson } from './wire.ts'

/** The specification's own advice for what a registry should accept, and far above what an index needs. */
export const largestManifest = 4 * 1024 * 1024

/** Where a manifest is and for what the same token is needed next. */
export interface Place {
  registry: KnownRegistry
  repository: string
  reference: string
  action: Action
}

/** The bytes as they came, once everything that was claimed about them has been checked. */
export async function getManifest(door: Door, place: Place, call: Call): Promise<Result<Manifest>> {
  const task = taskOf(place, 'GET')
  const asked = await door.ask(place.registry, { ...task, maxBytes: largestManifest }, call)
  if (asked.outcome !== 'ok') return asked
  const about = aboutOf(place, task)
  return checked(asked.exchange, place.reference, about)
}

/**
 * What the registry says of a manifest, in one request. A registry that does not name the digest in a HEAD costs a
 * second one: only the bytes can tell then.
 */
export async function headManifest(door: Door, place: Place, call: Call): Promise<Result<ManifestHead>> {
  const task = taskOf(place, 'HEAD')
  const asked = await door.ask(place.registry, task, call)
  if (asked.outcome !== 'ok') return asked
  const { exchange } = asked
  const about = aboutOf(place, task)
  const digest = exchange.headers['docker-content-digest']
  if (digest === undefined) {
    const got = await getManifest(door, place, call)
    return got.outcome === 'ok'
      ? { outcome: 'ok', digest: got.digest, mediaType: got.mediaType, size: got.bytes.length }
      : got
  }
  const mediaType = bareType(exchange.headers['content-type'])
  if (!isManifestType(mediaType)) return wrongType(mediaType, about, exchange)
  if (typeof digest !== 'string' || !validDigest(digest))
    return failure('protocol_error', 'the registry names a digest that is none', about, exchange)
  if (validDigest(place.reference) && digest !== place.reference && sameAlgorithm(digest, place.reference))
    return failure('mismatch', `the registry answers for ${digest}`, about, exchange)
  const size = Number(exchange.headers['content-length'] ?? Number.NaN)
  return { outcome: 'ok', digest, mediaType, size: Number.isSafeInteger(size) ? size : null }
}

/**
 * Stores these bytes under a tag or their own digest, once. By digest it is repeatable, because it can only ever mean
 * the same; by tag it is not, because the tag may have been moved by somebody else in between.
 */
export async function putManifest(
  door: Door,
  place: Omit<Place, 'action'>,
  manifest: { bytes: Buffer; mediaType: string },
  call: Call,
): Promise<Result<{ digest: string }>> {
  const { registry, repository, reference } = place
  const task = {
    method: 'PUT',
    path: `/v2/${repository}/manifests/${reference}`,
    scopes: [scopeOf(repository, 'pull,push')],
    about: `writing ${shownReference(repository, reference)}`,
    effect: 'write',
    expect: [200, 201, 202],
    headers: { 'content-type': manifest.mediaType },
    body: manifest.bytes,
    repeatable: validDigest(reference),
  } as const
  const asked = await door.ask(registry, task, call)
  if (asked.outcome !== 'ok') return asked
  const digest = digestOf(manifest.bytes)
  const said = asked.exchange.headers['docker-content-digest']
  if (said !== undefined && !isDigest(said, manifest.bytes))
    return failure('mismatch', `the registry stored ${said} instead of ${digest}`, aboutOf(place, task), asked.exchange)
  return { outcome: 'ok', digest }
}

function taskOf({ repository, reference, action }: Place, method: 'GET' | 'HEAD') {
  return {
    method,
    path: `/v2/${repository}/manifests/${reference}`,
    scopes: [scopeOf(repository, action)],
    about: `reading ${shownReference(repository, reference)}`,
    effect: 'read' as const,
    expect: [200],
    headers: { accept: acceptManifests },
  }
}

function aboutOf({ registry }: { registry: KnownRegistry }, task: { about: string; effect: 'read' | 'write' }): About {
  return { about: `${task.about} at ${registry.host}`, effect: task.effect, secrets: registry.secrets }
}

function checked(exchange: Exchange, reference: string, about: About): Result<Manifest> {
  const { body: bytes, headers } = exchange
  const wrong = (text: string) => failure('protocol_error', text, about, exchange)
  const encoding = String(headers['content-encoding'] ?? 'identity').toLowerCase()
  if (encoding !== 'identity') return wrong(`the answer is encoded as ${encoding}, which was not asked for`)
  const mediaType = bareType(headers['content-type'])
  if (!isManifestType(mediaType)) return wrongType(mediaType, about, exchange)
  const digest = validDigest(reference) ? reference : digestOf(bytes)
  if (!isDigestOf(digest, bytes))
    return failure('mismatch', `what came is ${digestOf(bytes)}, not what was asked for`, about, exchange)
  const said = headers['docker-content-digest']
  if (said !== undefined && !isDigest(said, bytes))
    return failure('mismatch', `the registry calls it ${said}, but what came is ${digestOf(bytes)}`, about, exchange)
  const shape = shapeError(bytes, mediaType)
  return shape === null ? { outcome: 'ok', bytes, mediaType, digest } : wrong(shape)
}

/** One document must not be read as an image by one side and as an index by the other. */
function shapeError(bytes: Buffer, mediaType: ManifestMediaType): string | null {
  const json = parseJson(bytes)
  const isIndex = kindOf(mediaType) === 'index'
  const parsed = (isIndex ? indexSchema : imageSchema).safeParse(json)
  if (!parsed.success) return `the answer is not ${isIndex ? 'an index' : 'a manifest'}, although it says so`
  const own = parsed.data.mediaType ?? mediaType
  if (own !== mediaType) return `the registry says ${mediaType}, the document says ${redact(own, [], 80)}`
  const foreign = isIndex ? ['config', 'layers'] : ['manifests']
  const has = foreign.find((field) => Object.hasOwn(parsed.data, field))
  return has === undefined ? null : `the document is both an index and an image (it has "${has}")`
}

function wrongType(mediaType: string, about: About, exchange: Exchange): Failure {
  const shown = mediaType === '' ? 'without a type' : redact(mediaType, [], 80)
  const old = mediaType.includes('manifest.v1') ? ', an old form that cannot be copied byte for byte' : ''
  return failure('protocol_error', `the answer is ${shown}, not an image manifest${old}`, about, exchange)
}

function isDigest(said: string | string[], bytes: Buffer): boolean {
  return typeof said === 'string' && validDigest(said) && isDigestOf(said, bytes)
}

function sameAlgorithm(a: string, b: string): boolean {
  return a.split(':')[0] === b.split(':')[0]
}
