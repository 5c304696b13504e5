import { randomUUID } from 'node:crypto'
import { digestOf } from '../digest.ts'
import { isManifestType } from '../media-types.ts'
import { validDigest } from '../reference.ts'
import type { BuiltImage } from './images.ts'
import type { SeenRequest } from './seen.ts'

export interface Reply {
  status: number
  headers: Record<string, string>
  body: Buffer
}

export interface StoreOptions {
  /** Tags a page, whatever was asked for. Default 100. */
  pageLength?: number
  /** Mounting blobs works. Default true; false answers as registries do that cannot: with an upload. */
  mounts?: boolean
  /** Deleting a tag works. Default true. */
  deletesTags?: boolean
  /** A HEAD names the digest. Default true. */
  namesDigest?: boolean
}

/** What is in a repository, without the bytes: media types by digest of manifest. */
export interface HeldRepository {
  tags: Record<string, string>
  manifests: Record<string, string>
  blobs: string[]
}

interface Repository {
  tags: Map<string, string>
  manifests: Map<string, { mediaType: string; bytes: Buffer }>
  blobs: Map<string, Buffer>
}

const name = '[a-z0-9]+(?:(?:[._]|__|-+|/)[a-z0-9]+)*'
const route = new RegExp(`^/v2/(${name})/(manifests|blobs|tags)/(.+)$`)

/** What a registry holds and how it answers, in memory: the rules of the contract without any faults. */
export class RegistryStore {
  readonly #options: StoreOptions
  readonly #repositories = new Map<string, Repository>()
  /** What has come in so far of blobs that are being sent. */
  readonly #uploads = new Map<string, Buffer>()

  constructor(options: StoreOptions = {}) {
    this.#options = options
  }

  /** By name, in the order in which they were made; repositories that hold nothing are there as well. */
  held(): Record<string, HeldRepository> {
    const entries = [...this.#repositories].map(([repository, { tags, manifests, blobs }]) => {
      const types = [...manifests].map(([digest, { mediaType }]) => [digest, mediaType] as const)
      return [
        repository,
        { tags: Object.fromEntries(tags), manifests: Object.fromEntries(types), blobs: [...blobs.keys()] },
      ]
    })
    return Object.fromEntries(entries)
  }

  /** All bytes it holds, manifests and blobs, by digest. */
  *contents(): Generator<[digest: string, bytes: Buffer]> {
    for (const { manifests, blobs } of this.#repositories.values()) {
      for (const [digest, { bytes }] of manifests) yield [digest, bytes]
      yield* blobs
    }
  }

  /** Takes up what `held` said once. A thing whose bytes are gone is gone, and a tag that points to it with it. */
  restore(held: Readonly<Record<string, HeldRepository>>, bytesOf: (digest: string) => Buffer | null): void {
    for (const [name, from] of Object.entries(held)) {
      const { tags, manifests, blobs } = this.#repository(name)
      for (const [digest, mediaType] of Object.entries(from.manifests)) {
        const bytes = bytesOf(digest)
        if (bytes !== null) manifests.set(digest, { mediaType, bytes })
      }
      for (const digest of from.blobs) {
        const bytes = bytesOf(digest)
        if (bytes !== null) blobs.set(digest, bytes)
      }
      for (const [tag, digest] of Object.entries(from.tags)) if (manifests.has(digest)) tags.set(tag, digest)
    }
  }

  /** Holds an image with everything it names, under these tags, as after a push. */
  hold(repository: string, image: BuiltImage, tags: readonly string[]): void {
    const held = this.#repository(repository)
    for (const child of image.children) this.hold(repository, child, [])
    for (const { digest, bytes } of image.blobs) held.blobs.set(digest, bytes)
    held.manifests.set(image.digest, { mediaType: image.mediaType, bytes: image.bytes })
    for (const tag of tags) held.tags.set(tag, image.digest)
  }

  /** Where a tag points; null when it does not exist. */
  digest(repository: string, tag: string): string | null {
    return this.#repositories.get(repository)?.tags.get(tag) ?? null
  }

  /** Moves a tag as somebody else would, and takes it away with null. The manifest must be there. */
  move(repository: string, tag: string, digest: string | null): void {
    const { tags, manifests } = this.#repository(repository)
    if (digest === null) tags.delete(tag)
    else if (manifests.has(digest)) tags.set(tag, digest)
    else throw new Error(`${repository} has no manifest ${digest}`)
  }

  /** Loses a manifest, as a registry does that deletes more than it was asked to. */
  forget(repository: string, digest: string): void {
    this.#repository(repository).manifests.delete(digest)
  }

  answer(request: SeenRequest): Reply {
    const url = new URL(request.url, 'http://registry')
    if (url.pathname === '/v2/') return reply(200, '{}')
    const [, repository = '', kind = '', rest = ''] = route.exec(url.pathname) ?? []
    if (kind === 'manifests') return this.#manifest(request, repository, rest)
    if (kind === 'tags') return this.#tags(repository, url)
    if (rest.startsWith('uploads/')) return this.#upload(request, repository, rest.slice('uploads/'.length), url)
    if (kind === 'blobs') return this.#blob(request, repository, rest)
    return error(404, 'NAME_UNKNOWN')
  }

  #repository(repository: string): Repository {
    let found = this.#repositories.get(repository)
    if (found === undefined) {
      found = { tags: new Map(), manifests: new Map(), blobs: new Map() }
      this.#repositories.set(repository, found)
    }
    return found
  }

  #manifest(request: SeenRequest, repository: string, reference: string): Reply {
    if (request.method === 'PUT') return this.#putManifest(request, repository, reference)
    const held = this.#repositories.get(repository)
    if (held === undefined) return error(404, 'NAME_UNKNOWN')
    const digest = validDigest(reference) ? reference : held.tags.get(reference)
    const manifest = digest === undefined ? undefined : held.manifests.get(digest)
    if (digest === undefined || manifest === undefined) return error(404, 'MANIFEST_UNKNOWN')
    if (request.method === 'DELETE') {
      if (reference === digest) held.manifests.delete(digest)
      else if (this.#options.deletesTags === false) return error(405, 'UNSUPPORTED')
      else held.tags.delete(reference)
      return reply(202, '')
    }
    const names = this.#options.namesDigest !== false
    return {
      status: 200,
      headers: { 'content-type': manifest.mediaType, ...(names && { 'docker-content-digest': digest }) },
      body: manifest.bytes,
    }
  }

  #putManifest({ headers, body }: SeenRequest, repository: string, reference: string): Reply {
    const held = this.#repository(repository)
    const mediaType = String(headers['content-type'])
    const digest = digestOf(body)
    if (!isManifestType(mediaType)) return error(400, 'MANIFEST_INVALID')
    if (validDigest(reference) && reference !== digest) return error(400, 'DIGEST_INVALID')
    const document = JSON.parse(body.toString())
    const blobs: { digest: string }[] = document.layers === undefined ? [] : [document.config, ...document.layers]
    const known = (one: { digest: string }, where: Map<string, unknown>) => where.has(one.digest)
    if (!blobs.every((one) => known(one, held.blobs))) return error(400, 'MANIFEST_BLOB_UNKNOWN')
    const children: { digest: string }[] = document.manifests ?? []
    if (!children.every((one) => known(one, held.manifests))) return error(400, 'MANIFEST_BLOB_UNKNOWN')
    held.manifests.set(digest, { mediaType, bytes: body })
    if (!validDigest(reference)) held.tags.set(reference, digest)
    return reply(201, '', { 'docker-content-digest': digest, location: `/v2/${repository}/manifests/${digest}` })
  }

  #tags(repository: string, url: URL): Reply {
    const held = this.#repositories.get(repository)
    if (held === undefined) return error(404, 'NAME_UNKNOWN')
    const asked = Number(url.searchParams.get('n') ?? 100)
    const length = Math.min(asked, this.#options.pageLength ?? 100)
    const last = url.searchParams.get('last') ?? ''
    const after = [...held.tags.keys()].sort().filter((tag) => tag > last)
    const tags = after.slice(0, length)
    const link = `</v2/${repository}/tags/list?n=${asked}&last=${tags.at(-1)}>; rel="next"`
    const body = JSON.stringify({ name: repository, tags: held.tags.size === 0 ? null : tags })
    return reply(200, body, after.length > length ? { link } : {})
  }

  #blob({ method }: SeenRequest, repository: string, digest: string): Reply {
    const bytes = this.#repositories.get(repository)?.blobs.get(digest)
    if (bytes === undefined || (method !== 'GET' && method !== 'HEAD')) return error(404, 'BLOB_UNKNOWN')
    const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest }
    return { status: 200, headers, body: bytes }
  }

  #upload({ method, body }: SeenRequest, repository: string, upload: string, url: URL): Reply {
    const { blobs } = this.#repository(repository)
    if (method === 'POST') {
      const digest = url.searchParams.get('mount') ?? ''
      const source = this.#repositories.get(url.searchParams.get('from') ?? '')?.blobs.get(digest)
      if (source !== undefined && this.#options.mounts !== false) {
        blobs.set(digest, source)
        return reply(201, '', { location: `/v2/${repository}/blobs/${digest}` })
      }
      return this.#moreToCome(repository, randomUUID(), Buffer.alloc(0))
    }
    const before = this.#uploads.get(upload)
    if (url.searchParams.get('_state') !== 'a+b=' || before === undefined) return error(404, 'BLOB_UPLOAD_UNKNOWN')
    const bytes = before.length === 0 ? body : Buffer.concat([before, body])
    if (method === 'PATCH') return this.#moreToCome(repository, upload, bytes)
    this.#uploads.delete(upload)
    const digest = url.searchParams.get('digest') ?? ''
    if (digestOf(bytes) !== digest) return error(400, 'DIGEST_INVALID')
    blobs.set(digest, bytes)
    return reply(201, '', { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest })
  }

  #moreToCome(repository: string, upload: string, bytes: Buffer): Reply {
    this.#uploads.set(upload, bytes)
    const location = `/v2/${repository}/blobs/uploads/${upload}?_state=a%2Bb%3D`
    return reply(202, '', { location, range: `0-${Math.max(0, bytes.length - 1)}` })
  }
}

export function reply(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(body) }
}

export function error(status: number, code: string, message = code.toLowerCase().replaceAll('_', ' ')): Reply {
  return reply(status, JSON.stringify({ errors: [{ code, message, detail: null }] }))
}
