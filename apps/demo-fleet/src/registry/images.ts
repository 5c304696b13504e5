import { type BuiltImage, buildIndex, type RegistryStore } from '@rollcall/registry-client/testing'

export interface TagRow {
  repository: string
  tag: string
  digest: string
  /** the commit that its label names; null where it names none */
  revision: string | null
}

/** The image of a commit in a repository, for two architectures: the same one whenever it is made. */
export function imageOf(repository: string, sha: string): BuiltImage {
  return buildIndex({ seed: `${repository} ${sha}`, revision: sha, layerBytes: [400, 900] })
}

/** Every tag, by repository, in the order in which they were made. */
export function tagRows(store: RegistryStore): TagRow[] {
  return Object.entries(store.held()).flatMap(([repository, { tags }]) =>
    Object.entries(tags).map(([tag, digest]) => ({ repository, tag, digest, revision: revisionOf(store, digest) })),
  )
}

const label = 'org.opencontainers.image.revision'

interface Document {
  manifests?: { digest: string }[]
  config?: { digest?: string; Labels?: Record<string, string> }
}

function revisionOf(store: RegistryStore, digest: string): string | null {
  const contents = new Map(store.contents())
  const read = (of: string | undefined): Document | null => {
    try {
      return JSON.parse(String(contents.get(of ?? '')))
    } catch {
      return null
    }
  }
  const manifest = read(digest)
  const image = manifest?.manifests === undefined ? manifest : read(manifest.manifests[0]?.digest)
  return read(image?.config?.digest)?.config?.Labels?.[label] ?? null
}
