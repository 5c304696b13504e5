import { type Lookup, outboundGuard, type Reach } from '@rollcall/outbound'
import { type CopyAnswer, copyImage } from './copy-image.ts'
import { digestOf, isDigestOf } from './digest.ts'
import { Door } from './door.ts'
import type { Answer, Ask, Cost, Manifest, ManifestHead, Registry } from './facts.ts'
import { Keyring } from './keyring.ts'
import { knownRegistry } from './known.ts'
import { type Call, Line } from './line.ts'
import { getManifest, headManifest, largestManifest, putManifest } from './manifests.ts'
import { isManifestType } from './media-types.ts'
import { assertRepository, assertTag, assertTagOrDigest, validDigest } from './reference.ts'
import { assertOrigin } from './registry-url.ts'
import { type MoveOptions, type RetagAnswer, retag } from './retag.ts'
import { type Revision, readRevision } from './revision.ts'
import { type DeletedTag, deleteTag, listTags } from './tags.ts'

const version = '0.1.0'

export interface RegistryClientOptions {
  /** Origins that registries may send us to for tokens, besides their own host. Credentials go there. Default none. */
  allowedRealms?: readonly string[]
  /** Origins that registries may send us on to for blobs. No credentials go there. Default none. */
  allowedBlobHosts?: readonly string[]
  /** Hosts, with their port, that are spoken to without TLS. This machine always may be. Default none. */
  plainHttp?: readonly string[]
  /** Ranges besides the public internet that may be connected to. Link-local is never among them. Default none. */
  reach?: Reach
  /** How names become addresses. Default: as this machine does it. */
  lookup?: Lookup | undefined
  userAgent?: string
  /** For one TCP and TLS handshake, in milliseconds. Default 5,000. */
  connectTimeoutMs?: number
  /** Requests at once to one host. Default 16. */
  maxConnections?: number
  /** How long one call waits in all for pauses that registries ask for and between repetitions. Default 30,000. */
  maxPauseMs?: number
  now?: () => number
  wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
  random?: () => number
}

/**
 * The one door to OCI registries. Nothing here rejects for what the network does: each answer has an `outcome`, what the
 * caller owes, and a sentence. Bugs of the caller (an unusable URL, repository, tag or credentials) are TypeErrors before
 * anything is sent. Reads are repeated after a 429, a 5xx or a broken connection, within `maxPauseMs`; a tag is written
 * at most once per call.
 */
export interface RegistryClient {
  /** Throws the TypeError that every call about this registry would, whatever it asks: of its URL or its credentials. */
  assertUsable(registry: Registry): void
  /** What a tag or digest points at, in one request and without its bytes. */
  headManifest(registry: Registry, repository: string, reference: string, ask?: Ask): Promise<Answer<ManifestHead>>
  /** The bytes behind a tag or digest, at most 4 MiB, with every claim about them checked. */
  getManifest(registry: Registry, repository: string, reference: string, ask?: Ask): Promise<Answer<Manifest>>
  /** Stores a manifest under a tag or its own digest. Acknowledged is not yet read back. */
  putManifest(
    registry: Registry,
    repository: string,
    reference: string,
    manifest: { bytes: Buffer; mediaType: string },
    ask?: Ask,
  ): Promise<Answer<{ digest: string }>>
  /** Every tag, in the registry's order; a repository that does not exist is `absent`, one without tags is empty. */
  listTags(registry: Registry, repository: string, ask?: Ask): Promise<Answer<{ tags: string[] }>>
  /** The commit that an image was built from, by its label or annotation. */
  readRevision(registry: Registry, repository: string, reference: string, ask?: Ask): Promise<Answer<Revision>>
  /** Takes a tag away where the registry can; with `expectedDigest` only while it still points there. */
  deleteTag(
    registry: Registry,
    repository: string,
    tag: string,
    ask?: Ask & { expectedDigest?: string },
  ): Promise<Answer<DeletedTag>>
  /**
   * Makes `to` point at what `from` (a tag or a digest) points at: three requests once signed in. A PUT without an answer
   * is `unknown` and is not repeated: the caller reads the tag.
   */
  retag(registry: Registry, repository: string, from: string, to: string, ask?: Ask & MoveOptions): Promise<RetagAnswer>
  /** Brings an image, with all images of an index, to another repository or registry, its tag last. */
  copyImage(
    from: { registry: Registry; repository: string; reference: string },
    to: { registry: Registry; repository: string; tag: string },
    ask?: Ask & MoveOptions,
  ): Promise<CopyAnswer>
  /** Waits for nothing: drops open connections and ends. */
  close(): Promise<void>
}

/** Make one per process and close it at the end: it keeps tokens, connections and the pace of each host. */
export function createRegistryClient(options: RegistryClientOptions = {}): RegistryClient {
  const now = options.now ?? Date.now
  const plainHttp = options.plainHttp ?? []
  const allowedRealms = (options.allowedRealms ?? []).map((origin) => assertOrigin(origin, 'an allowed realm'))
  const allowedBlobHosts = (options.allowedBlobHosts ?? []).map((one) => assertOrigin(one, 'an allowed blob host'))
  const line = new Line({
    guard: outboundGuard(options.reach ?? [], { lookup: options.lookup }),
    connectTimeoutMs: options.connectTimeoutMs ?? 5000,
    userAgent: options.userAgent ?? `Rollcall/${version} (+rollout control room)`,
    limit: options.maxConnections ?? 16,
    now,
    wait: options.wait ?? wait,
    random: options.random ?? Math.random,
  })
  const keyring = new Keyring({ now, allowedRealms, send: (errand, call) => line.send(errand, call) })
  const door = new Door(line, keyring)
  const known = (registry: Registry) => knownRegistry(registry, plainHttp)

  function begin({ timeoutMs = 30_000, signal }: Ask): Call {
    // Beyond 2^31-1 a Node timer fires at once instead of late.
    if (!(timeoutMs > 0 && timeoutMs <= 2_147_483_647))
      throw new TypeError('timeoutMs must be between 1 and 2147483647')
    const patience = { leftMs: options.maxPauseMs ?? 30_000 }
    return { timeoutMs, signal, patience, requests: 0, startedAt: performance.now() }
  }

  async function told<T extends object>(ask: Ask, work: (call: Call) => Promise<T>): Promise<T & Cost> {
    const call = begin(ask)
    const result = await work(call)
    return { ...result, requests: call.requests, latencyMs: Math.round(performance.now() - call.startedAt) }
  }

  function place(registry: Registry, repository: string) {
    return { registry: known(registry), repository: assertRepository(repository), allowedBlobHosts }
  }

  return {
    assertUsable: (registry) => void known(registry),

    async headManifest(registry, repository, reference, ask = {}) {
      const at = { ...place(registry, repository), reference: assertTagOrDigest(reference), action: 'pull' } as const
      return told(ask, (call) => headManifest(door, at, call))
    },

    async getManifest(registry, repository, reference, ask = {}) {
      const at = { ...place(registry, repository), reference: assertTagOrDigest(reference), action: 'pull' } as const
      return told(ask, (call) => getManifest(door, at, call))
    },

    async putManifest(registry, repository, reference, manifest, ask = {}) {
      assertManifest(manifest, reference)
      const at = { ...place(registry, repository), reference: assertTagOrDigest(reference) }
      return told(ask, (call) => putManifest(door, at, manifest, call))
    },

    async listTags(registry, repository, ask = {}) {
      const at = place(registry, repository)
      return told(ask, (call) => listTags(door, at, call))
    },

    async readRevision(registry, repository, reference, ask = {}) {
      const at = { ...place(registry, repository), reference: assertTagOrDigest(reference) }
      return told(ask, (call) => readRevision(door, at, call))
    },

    async deleteTag(registry, repository, tag, { expectedDigest, ...ask } = {}) {
      const at = { ...place(registry, repository), tag: assertTag(tag) }
      if (expectedDigest !== undefined && !validDigest(expectedDigest))
        throw new TypeError('expectedDigest is not a digest')
      return told(ask, (call) => deleteTag(door, at, expectedDigest ?? null, call))
    },

    async retag(registry, repository, from, to, { beforePut, ...ask } = {}) {
      const at = { ...place(registry, repository), from: assertTagOrDigest(from), to: assertTag(to) }
      return told(ask, (call) => retag(door, at, { beforePut }, call))
    },

    async copyImage(from, to, { beforePut, ...ask } = {}) {
      const source = { ...place(from.registry, from.repository), reference: assertTagOrDigest(from.reference) }
      const target = { ...place(to.registry, to.repository), tag: assertTag(to.tag) }
      return told(ask, (call) => copyImage(door, source, target, { beforePut }, call))
    },

    close: () => line.close(),
  }
}

function assertManifest({ bytes, mediaType }: { bytes: Buffer; mediaType: string }, reference: string): void {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0 || bytes.length > largestManifest)
    throw new TypeError(`a manifest has between 1 and ${largestManifest} bytes`)
  if (!isManifestType(mediaType)) throw new TypeError('the media type is not that of an image manifest or index')
  if (validDigest(reference) && !isDigestOf(reference, bytes))
    throw new TypeError(`the manifest is ${digestOf(bytes)}, not the digest it was to be stored under`)
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    if (signal?.aborted) return done()
    signal?.addEventListener('abort', done, { once: true })
  })
}
