import {
  changes,
  derivePromotionState,
  type PromotionFacts,
  type PromotionMoveFacts,
  placeOf,
} from './promotion-states.ts'

export interface RepairDoor {
  /** the registry's origin */
  url: string
  /** names of the environment variables with its credentials; never their values */
  usernameEnv: string | null
  passwordEnv: string | null
}

const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(',')

/**
 * The lines that put a torn set back, one for each tag that is not where it was, to be run in a POSIX shell with curl.
 * Each copies the very bytes that were there before. They hold names of variables, no secrets. What somebody else moved
 * has no line. Empty when the set is not torn.
 */
export function repairLines(facts: PromotionFacts, door: RepairDoor): string[] {
  if (derivePromotionState(facts) !== 'torn') return []
  return facts.moves
    .filter((move) => changes(move) && (placeOf(move) === 'new' || placeOf(move) === 'unknown'))
    .reverse()
    .map((move) => lineOf(move, door))
}

/** Repositories, tags and digests hold no character that a shell reads in double quotes: they were validated before. */
function lineOf({ repository, destinationTag, previousDigest }: PromotionMoveFacts, door: RepairDoor): string {
  const { url, usernameEnv, passwordEnv } = door
  const user = usernameEnv !== null && passwordEnv !== null ? ` -u "$${usernameEnv}:$${passwordEnv}"` : ''
  const manifests = `${url}/v2/${repository}/manifests`
  if (previousDigest === null) return `curl -fsS${user} -X DELETE "${manifests}/${destinationTag}"`
  return [
    `kind=$(curl -fsS${user} -H "Accept: ${accept}" -o manifest.json -w "%{content_type}" "${manifests}/${previousDigest}")`,
    `curl -fsS${user} -X PUT -H "Content-Type: $kind" --data-binary @manifest.json "${manifests}/${destinationTag}"`,
  ].join(' && ')
}
