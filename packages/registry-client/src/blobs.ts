import type { Readable, Writable } from 'node:stream'
import { failure, readFailure } from './answers.ts'
import { checkedStream } from './checked-stream.ts'
import { isDigestOf } from './digest.ts'
import { type Door, scopeOf } from './door.ts'
import type { Exchange, Result } from './facts.ts'
import type { KnownRegistry } from './known.ts'
import type { Call } from './line.ts'
import { ownPath } from './links.ts'

/** What a blob is known by: its digest and its length in bytes. */
export interface Blob {
  digest: string
  size: number
}

export interface BlobPlace {
  registry: KnownRegistry
  repository: string
  /** Origins that the registry may send us on to for blobs. */
  allowedBlobHosts: readonly string[]
}

const redirects = [301, 302, 303, 307, 308]
const mostRedirects = 3

/** A blob that fits into memory, checked against its digest. */
export async function readBlob(
  door: Door,
  place: BlobPlace,
  blob: Blob,
  maxBytes: number,
  call: Call,
): Promise<Result<{ bytes: Buffer }>> {
  const got = await fetchBlob(door, place, blob, { maxBytes }, call)
  if (got.outcome !== 'ok') return got
  const bytes = got.exchange.body
  return isDigestOf(blob.digest, bytes)
    ? { outcome: 'ok', bytes }
    : failure('mismatch', 'what came has another digest', aboutBlob(place, blob), got.exchange)
}

/** Whether the repository has the blob, in one request. */
export async function hasBlob(door: Door, place: BlobPlace, blob: Blob, call: Call): Promise<Result<{ has: boolean }>> {
  const { registry, repository } = place
  const asked = await door.ask(
    registry,
    {
      ...{ method: 'HEAD', path: `/v2/${repository}/blobs/${blob.digest}`, effect: 'read' },
      ...{ scopes: [scopeOf(repository, 'pull,push')], about: `looking for ${blob.digest} in ${repository}` },
      // A registry that keeps blobs elsewhere says so only for those that it has.
      expect: [200, ...redirects],
    },
    call,
  )
  if (asked.outcome === 'absent') return { outcome: 'ok', has: false }
  return asked.outcome === 'ok' ? { outcome: 'ok', has: true } : asked
}

/**
 * Fetches a blob, also from where the registry sends us on to: blobs are often kept in a store of their own. Only to
 * hosts that are allowed, and without any credentials; what comes is known by its digest, so it cannot be swapped there.
 */
export async function fetchBlob(
  door: Door,
  place: BlobPlace,
  blob: Blob,
  how: { maxBytes: number; into?: () => Writable },
  call: Call,
): Promise<Result<{ exchange: Exchange }>> {
  const { registry, repository } = place
  const about = aboutBlob(place, blob)
  const path = `/v2/${repository}/blobs/${blob.digest}`
  const asked = await door.ask(
    registry,
    {
      ...{ method: 'GET', path, scopes: [scopeOf(repository, 'pull')], effect: 'read', ...how },
      ...{ about: `reading ${blob.digest} of ${repository}`, expect: [200, ...redirects] },
    },
    call,
  )
  if (asked.outcome !== 'ok') return asked
  let { exchange } = asked
  let at = new URL(path, registry.origin)
  for (let hop = 0; redirects.includes(exchange.status ?? 0); hop += 1) {
    const location = exchange.headers.location
    const next: URL | null = typeof location === 'string' ? URL.parse(location, at.href) : null
    const refusal = hop >= mostRedirects ? 'it sends us from place to place' : placeRefusal(place, next)
    if (refusal !== null || next === null) return failure('protocol_error', refusal ?? '', about, exchange)
    at = next
    const { secrets } = registry
    const errand = { url: next, method: 'GET', headers: {}, body: null, secrets, repeatable: true, ...how } as const
    exchange = await door.line.send(errand, call)
    const good = exchange.fault === null && [200, ...redirects].includes(exchange.status ?? 0)
    if (!good) return readFailure(exchange, { ...about, about: `${about.about} (kept at ${next.host})` })
  }
  return { outcome: 'ok', exchange }
}

function placeRefusal({ registry, allowedBlobHosts }: BlobPlace, next: URL | null): string | null {
  if (next === null || (next.protocol !== 'http:' && next.protocol !== 'https:') || next.username !== '')
    return 'it sends us on to something that is not an http URL'
  if (allowedBlobHosts.includes(next.origin)) return null
  if (next.host === registry.host && (next.protocol === registry.protocol || next.protocol === 'https:')) return null
  return `it keeps blobs at ${next.origin}, which is not on the list; add it to the allowed blob hosts if it belongs to this registry`
}

export type HowCopied = 'present' | 'mounted' | 'uploaded'

/**
 * Makes a repository have a blob of another one: nothing when it is there, a mount within one registry, and where that
 * is not possible a copy that streams through us. What streams is checked on the way, so that a source that lies or
 * breaks off never completes an upload.
 */
export async function copyBlob(
  door: Door,
  from: BlobPlace,
  to: BlobPlace,
  blob: Blob,
  call: Call,
): Promise<Result<{ how: HowCopied }>> {
  const has = await hasBlob(door, to, blob, call)
  if (has.outcome !== 'ok') return has
  if (has.has) return { outcome: 'ok', how: 'present' }
  let begun = await beginUpload(door, from, to, blob, call)
  // Not allowed to mount is not yet not allowed to write.
  if (begun.outcome === 'denied' || begun.outcome === 'refused' || begun.outcome === 'unsupported')
    begun = await beginUpload(door, null, to, blob, call)
  if (begun.outcome !== 'ok') return begun
  if (begun.exchange.status === 201) return { outcome: 'ok', how: 'mounted' }
  const path = ownPath(to.registry, begun.exchange.headers.location)
  const about = { ...aboutBlob(to, blob), about: `uploading ${blob.digest} to ${to.repository} at ${to.registry.host}` }
  if (path === null)
    return failure('protocol_error', 'it wants the upload on another host, which is not asked', about, begun.exchange)
  return stream(door, from, to, blob, path, call)
}

function beginUpload(door: Door, from: BlobPlace | null, to: BlobPlace, blob: Blob, call: Call) {
  const mounts = from !== null && from.registry.key === to.registry.key && from.repository !== to.repository
  const query = mounts ? `?mount=${blob.digest}&from=${encodeURIComponent(from.repository)}` : ''
  const scopes = [scopeOf(to.repository, 'pull,push'), ...(mounts ? [scopeOf(from.repository, 'pull')] : [])]
  const about = `${mounts ? 'mounting' : 'uploading'} ${blob.digest} to ${to.repository}`
  const path = `/v2/${to.repository}/blobs/uploads/${query}`
  return door.ask(
    to.registry,
    // Said twice it opens a second upload that nobody uses, and the registry clears those away.
    { method: 'POST', path, scopes, about, effect: 'write', expect: [201, 202], repeatable: true },
    call,
  )
}

async function stream(
  door: Door,
  from: BlobPlace,
  to: BlobPlace,
  blob: Blob,
  path: string,
  call: Call,
): Promise<Result<{ how: HowCopied }>> {
  const target = `${path}${path.includes('?') ? '&' : '?'}digest=${encodeURIComponent(blob.digest)}`
  const put = (body: Readable) =>
    door.ask(
      to.registry,
      {
        ...{ method: 'PUT', path: target, effect: 'write', body, expect: [201, 204] },
        ...{ scopes: [scopeOf(to.repository, 'pull,push')], about: `uploading ${blob.digest} to ${to.repository}` },
        headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) },
      },
      call,
    )
  let uploading: ReturnType<typeof put> | null = null
  const through = checkedStream(blob)
  const into = () => {
    uploading = put(through)
    // Declined before it was read to its end: then nobody reads it any more, and the other half must not wait for that.
    void uploading.then(({ outcome }) => outcome === 'ok' || through.destroy())
    return through
  }
  const got = await fetchBlob(door, from, blob, { maxBytes: blob.size, into }, call)
  if (uploading === null) {
    through.destroy()
    return got.outcome === 'ok'
      ? failure('protocol_error', 'the answer holds no blob', aboutBlob(from, blob), got.exchange)
      : got
  }
  const uploaded = await (uploading as ReturnType<typeof put>)
  const wrong = through.wrong()
  if (wrong !== null) return failure('mismatch', wrong, aboutBlob(from, blob))
  // When the writing half broke, the reading half was only stopped: then its story is the one to tell.
  if (uploaded.outcome !== 'ok' && (got.outcome === 'ok' || got.transport?.code === 'aborted')) return uploaded
  if (got.outcome !== 'ok') return got
  return { outcome: 'ok', how: 'uploaded' }
}

function aboutBlob({ registry, repository }: BlobPlace, blob: Blob) {
  const about = `reading ${blob.digest} of ${repository} at ${registry.host}`
  return { about, effect: 'read', secrets: registry.secrets } as const
}
