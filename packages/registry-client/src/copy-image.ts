import { failure } from './answers.ts'
import { type BlobPlace, copyBlob, type HowCopied } from './blobs.ts'
import type { Door } from './door.ts'
import type { Cost, Manifest, Result } from './facts.ts'
import { inParallel } from './in-parallel.ts'
import type { Call } from './line.ts'
import { getManifest, putManifest } from './manifests.ts'
import { isManifestType, kindOf } from './media-types.ts'
import { shownReference, validDigest } from './reference.ts'
import { type MovedTag, type MoveOptions, notReached, writeTag } from './retag.ts'
import { type Descriptor, imageSchema, indexSchema, parseJson } from './wire.ts'

export interface Copied {
  /** Documents written, the one under the tag included. */
  manifests: number
  /** Blobs by how the destination came to have them. */
  blobs: Record<HowCopied, number>
}
export type CopyAnswer = MovedTag & Copied & Cost

const deepest = 4
const mostManifests = 200
const readsAtOnce = 4
const blobsAtOnce = 3

/**
 * Brings an image, with all that an index names, to another repository, and its tag last: blobs, then the images of an
 * index, then the document itself, byte for byte. Until the very last write nothing that anybody looks at has changed,
 * and what is there already is not sent again: after a failure the same call goes on where it stopped.
 */
export async function copyImage(
  door: Door,
  from: BlobPlace & { reference: string },
  to: BlobPlace & { tag: string },
  options: MoveOptions,
  call: Call,
): Promise<MovedTag & Copied> {
  const nothing: Copied = { manifests: 0, blobs: { present: 0, mounted: 0, uploaded: 0 } }
  const { registry, repository, reference } = from
  const root = await getManifest(door, { registry, repository, reference, action: 'pull' }, call)
  if (root.outcome !== 'ok') return { ...notReached('read', root), ...nothing }
  const copied: Copied = structuredClone(nothing)
  // Within one repository everything that the document names is there already.
  if (registry.key !== to.registry.key || repository !== to.repository) {
    const parts = await bringParts(door, from, to, root, copied, call)
    if (parts.outcome !== 'ok') return { ...notReached('copy', parts), ...copied }
  }
  const moved = await writeTag(door, to, root, options, call)
  return { ...moved, ...copied, manifests: copied.manifests + (moved.tag === 'moved' ? 1 : 0) }
}

async function bringParts(
  door: Door,
  from: BlobPlace,
  to: BlobPlace,
  root: Manifest,
  copied: Copied,
  call: Call,
): Promise<Result<object>> {
  const tree = await collect(door, from, root, call)
  if (tree.outcome !== 'ok') return tree
  const blobs = await inParallel(tree.blobs.values(), blobsAtOnce, (blob) => copyBlob(door, from, to, blob, call))
  if (blobs.outcome !== 'ok') return blobs
  for (const { how } of blobs.done) copied.blobs[how] += 1
  // An index may name indexes, and a registry wants to have seen what a document names: deepest first.
  for (const level of tree.levels.toReversed()) {
    const { registry, repository } = to
    const put = (manifest: Manifest) =>
      putManifest(door, { registry, repository, reference: manifest.digest }, manifest, call)
    const written = await inParallel(level, readsAtOnce, put)
    if (written.outcome !== 'ok') return written
    copied.manifests += level.length
  }
  return { outcome: 'ok' }
}

interface Tree {
  /** The documents that the root names, then those that these name, and so on. */
  levels: Manifest[][]
  blobs: Map<string, Descriptor>
}

async function collect(door: Door, from: BlobPlace, root: Manifest, call: Call): Promise<Result<Tree>> {
  const { registry, repository } = from
  const about = `reading what ${shownReference(repository, root.digest)} names at ${registry.host}`
  const wrong = (text: string) => failure('protocol_error', text, { about, effect: 'read', secrets: registry.secrets })
  const tree: Tree = { levels: [], blobs: new Map() }
  let level = [root]
  for (let seen = 1; ; ) {
    const children = new Set<string>()
    for (const manifest of level) {
      const { blobs, manifests } = named(manifest)
      for (const one of [...blobs, ...manifests])
        if (!validDigest(one.digest)) return wrong('it names something by what is not a digest')
      for (const one of manifests) {
        if (!isManifestType(one.mediaType)) return wrong('it names something that is no image manifest')
        children.add(one.digest)
      }
      for (const one of blobs) tree.blobs.set(one.digest, one)
    }
    if (children.size === 0) return { outcome: 'ok', ...tree }
    seen += children.size
    if (tree.levels.length >= deepest || seen > mostManifests) return wrong('it names more than an image can need')
    const got = await inParallel(children, readsAtOnce, (reference) =>
      getManifest(door, { registry, repository, reference, action: 'pull' }, call),
    )
    if (got.outcome !== 'ok') return got
    level = got.done
    tree.levels.push(level)
  }
}

/** What a document names directly. Layers that are to be fetched from their vendor are in no registry to copy from. */
function named({ bytes, mediaType }: Manifest): { blobs: Descriptor[]; manifests: Descriptor[] } {
  const json = parseJson(bytes)
  if (isManifestType(mediaType) && kindOf(mediaType) === 'index') {
    return { blobs: [], manifests: indexSchema.parse(json).manifests }
  }
  const { config, layers } = imageSchema.parse(json)
  const own = layers.filter((layer) => !/foreign|nondistributable/.test(layer.mediaType))
  return { blobs: [config, ...own], manifests: [] }
}
