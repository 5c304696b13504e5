import { redact } from '@rollcall/outbound'
import { failure } from './answers.ts'
import { type BlobPlace, readBlob } from './blobs.ts'
import type { Door } from './door.ts'
import type { Manifest, Result } from './facts.ts'
import { inParallel } from './in-parallel.ts'
import type { Call } from './line.ts'
import { getManifest } from './manifests.ts'
import { isManifestType, kindOf } from './media-types.ts'
import { validDigest } from './reference.ts'
import { configSchema, type Descriptor, imageSchema, indexSchema, parseJson } from './wire.ts'

/** Where builders record the commit: an annotation of documents, a label of configurations. */
const name = 'org.opencontainers.image.revision'

export interface Revision {
  /** Of what was read: later moves of the tag do not change what this answer is about. */
  digest: string
  /** The commit in lower case, 7–64 digits as the builder wrote it; null when nobody can tell, and `because` says why. */
  revision: string | null
  because: string | null
}

const largestConfig = 4 * 1024 * 1024
const mostImages = 16
const readsAtOnce = 4

/**
 * The commit that an image says it was built from. An index may say it itself; otherwise all of its images have to agree
 * (attestations have no say), because one that runs elsewhere from another commit is not that build.
 */
export async function readRevision(
  door: Door,
  place: BlobPlace & { reference: string },
  call: Call,
): Promise<Result<Revision>> {
  const { registry, repository, reference } = place
  const root = await getManifest(door, { registry, repository, reference, action: 'pull' }, call)
  if (root.outcome !== 'ok') return root
  const said = await saidBy(door, place, root, call)
  if (said.outcome !== 'ok') return said
  return { outcome: 'ok', digest: root.digest, ...judged(said.values) }
}

/** What was found, one entry for each image that has a say; null = it says nothing. */
type Said = Result<{ values: (string | null)[] }>

async function saidBy(door: Door, place: BlobPlace, manifest: Manifest, call: Call): Promise<Said> {
  const json = parseJson(manifest.bytes)
  if (!isManifestType(manifest.mediaType) || kindOf(manifest.mediaType) === 'image') {
    const { annotations, config } = imageSchema.parse(json)
    const own = textOf(annotations)
    return own === null ? fromConfig(door, place, config, call) : { outcome: 'ok', values: [own] }
  }
  const { annotations, manifests } = indexSchema.parse(json)
  const own = textOf(annotations)
  if (own !== null) return { outcome: 'ok', values: [own] }
  const images = manifests.filter(isRunnable)
  const about = { about: `reading the revision of ${place.repository}`, effect: 'read', secrets: [] } as const
  if (images.length > mostImages) return failure('protocol_error', `the index names ${images.length} images`, about)
  const all = await inParallel(images, readsAtOnce, async (image): Promise<Said> => {
    const told = textOf(image.annotations)
    if (told !== null) return { outcome: 'ok', values: [told] }
    if (!validDigest(image.digest)) return failure('protocol_error', 'the index names an image by no digest', about)
    const child = await getManifest(door, { ...place, reference: image.digest, action: 'pull' }, call)
    if (child.outcome !== 'ok') return child
    if (isManifestType(child.mediaType) && kindOf(child.mediaType) === 'index') return { outcome: 'ok', values: [null] }
    return saidBy(door, place, child, call)
  })
  return all.outcome === 'ok' ? { outcome: 'ok', values: all.done.flatMap(({ values }) => values) } : all
}

async function fromConfig(door: Door, place: BlobPlace, config: Descriptor, call: Call): Promise<Said> {
  if (!validDigest(config.digest)) return { outcome: 'ok', values: [null] }
  const got = await readBlob(door, place, config, largestConfig, call)
  if (got.outcome !== 'ok') return got
  const parsed = configSchema.safeParse(parseJson(got.bytes))
  return { outcome: 'ok', values: [textOf(parsed.data?.config?.Labels)] }
}

function isRunnable({ platform, annotations }: Descriptor): boolean {
  if (annotations?.['vnd.docker.reference.type'] !== undefined) return false
  return !(platform?.os === 'unknown' && platform.architecture === 'unknown')
}

function textOf(record: Record<string, unknown> | null | undefined): string | null {
  const value = record?.[name]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

function judged(values: readonly (string | null)[]): Omit<Revision, 'digest'> {
  const unlike = values.find((value) => value !== null && !/^[0-9a-f]{7,64}$/i.test(value))
  if (typeof unlike === 'string')
    return { revision: null, because: `the label ${name} is not a commit: "${redact(unlike, [], 80)}"` }
  const commits = new Set(values.map((value) => value?.toLowerCase() ?? null))
  const [first = null] = commits
  if (first === null && commits.size <= 1) return { revision: null, because: `the image has no label ${name}` }
  if (commits.size > 1) return { revision: null, because: `the images of the index do not name the same ${name}` }
  return { revision: first, because: null }
}
