import { createHash, randomBytes } from 'node:crypto'
import { digestOf } from '../digest.ts'
import type { Credentials } from '../facts.ts'
import { mediaTypes } from '../media-types.ts'

export interface BuiltBlob {
  digest: string
  bytes: Buffer
}

/** An image or an index as it will be stored, with everything that it names, children before parents. */
export interface BuiltImage {
  digest: string
  mediaType: string
  bytes: Buffer
  children: BuiltImage[]
  blobs: BuiltBlob[]
}

export interface ImageOptions {
  /** The commit in the label of the configuration; null = no label. */
  revision?: string | null
  /** Lengths of the layers, in bytes, filled with chance. */
  layerBytes?: readonly number[]
  /** Fills the layers from this text instead: the same text gives the same image. */
  seed?: string
  format?: 'oci' | 'docker'
  architecture?: string
}

const label = 'org.opencontainers.image.revision'

/** A well-formed image with layers that no other image has, unless `seed` says otherwise. */
export function buildImage(options: ImageOptions = {}): BuiltImage {
  const { revision = null, layerBytes = [1000, 2000], format = 'oci', architecture = 'amd64', seed = null } = options
  const oci = format === 'oci'
  const layers = layerBytes.map((length, at) =>
    blobOf(seed === null ? randomBytes(length) : bytesFrom(`${seed} ${architecture} ${at}`, length)),
  )
  const config = blobOf(
    json({
      architecture,
      os: 'linux',
      config: revision === null ? {} : { Labels: { [label]: revision } },
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    }),
  )
  const mediaType = oci ? mediaTypes.ociManifest : mediaTypes.dockerManifest
  const bytes = json({
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: oci ? 'application/vnd.oci.image.config.v1+json' : 'application/vnd.docker.container.image.v1+json',
      digest: config.digest,
      size: config.bytes.length,
    },
    layers: layers.map((layer) => ({
      mediaType: oci
        ? 'application/vnd.oci.image.layer.v1.tar+gzip'
        : 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      digest: layer.digest,
      size: layer.bytes.length,
    })),
  })
  return { digest: digestOf(bytes), mediaType, bytes, children: [], blobs: [config, ...layers] }
}

export interface IndexOptions extends ImageOptions {
  architectures?: readonly string[]
  /** The commit in an annotation of the index itself. */
  annotation?: string | null
  /** Instead of images built from the other options. */
  children?: readonly BuiltImage[]
}

/** An index with one image for each architecture. Its bytes are indented in a way of their own, so that a copy that was
 * read and written anew would not be the same. */
export function buildIndex(options: IndexOptions = {}): BuiltImage {
  const { architectures = ['amd64', 'arm64'], annotation = null, format = 'oci', children: given } = options
  const children = given ?? architectures.map((architecture) => buildImage({ ...options, architecture }))
  const mediaType = format === 'oci' ? mediaTypes.ociIndex : mediaTypes.dockerList
  const index = {
    schemaVersion: 2,
    mediaType,
    manifests: children.map((child, at) => ({
      mediaType: child.mediaType,
      digest: child.digest,
      size: child.bytes.length,
      platform: { os: 'linux', architecture: architectures[at] ?? 'amd64' },
    })),
    ...(annotation !== null && { annotations: { [label]: annotation } }),
  }
  const bytes = Buffer.from(`${JSON.stringify(index, null, '\t ')}\n \n`)
  return { digest: digestOf(bytes), mediaType, bytes, children: [...children], blobs: [] }
}

/** Stores an image with everything it names, under these tags, in any registry of this machine; rejects when it cannot. */
export async function pushImage(
  registry: { url: string; credentials?: Credentials },
  repository: string,
  image: BuiltImage,
  tags: readonly string[],
): Promise<void> {
  const { credentials } = registry
  const authorization =
    credentials === undefined
      ? null
      : 'token' in credentials
        ? `Bearer ${credentials.token}`
        : `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`
  const ask = async (method: string, url: URL, body?: Buffer, type = 'application/octet-stream') => {
    const headers = { 'content-type': type, ...(authorization !== null && { authorization }) }
    const answer = await fetch(url, { method, headers, body: body as Uint8Array<ArrayBuffer> | undefined })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${url.pathname}: ${answer.status} ${text}`)
    return answer
  }
  const at = (path: string) => new URL(`/v2/${repository}/${path}`, registry.url)
  const put = async (one: BuiltImage, references: readonly string[]) => {
    for (const child of one.children) await put(child, [child.digest])
    for (const { digest, bytes } of one.blobs) {
      const begun = await ask('POST', at('blobs/uploads/'))
      const target = new URL(begun.headers.get('location') ?? '', registry.url)
      target.searchParams.set('digest', digest)
      await ask('PUT', target, bytes)
    }
    for (const reference of references) await ask('PUT', at(`manifests/${reference}`), one.bytes, one.mediaType)
  }
  await put(image, tags)
}

function bytesFrom(text: string, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(text).digest()
}

function blobOf(bytes: Buffer): BuiltBlob {
  return { digest: digestOf(bytes), bytes }
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value, null, 2))
}
