export const mediaTypes = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const

export type ManifestMediaType = (typeof mediaTypes)[keyof typeof mediaTypes]

/** What each of them is: many images under one name, or one. */
const kinds = {
  [mediaTypes.ociIndex]: 'index',
  [mediaTypes.ociManifest]: 'image',
  [mediaTypes.dockerList]: 'index',
  [mediaTypes.dockerManifest]: 'image',
} as const satisfies Record<ManifestMediaType, 'index' | 'image'>

/** Sent with each read of a manifest: without it a registry may convert what it holds, and answer other bytes. */
export const acceptManifests = Object.values(mediaTypes).join(', ')

export function isManifestType(text: string): text is ManifestMediaType {
  return Object.hasOwn(kinds, text)
}

export function kindOf(mediaType: ManifestMediaType): 'index' | 'image' {
  return kinds[mediaType]
}

/** A Content-Type without its parameters, in lower case; empty when there is none. */
export function bareType(header: string | string[] | undefined): string {
  const [type = ''] = String(header ?? '').split(';')
  return type.trim().toLowerCase()
}
