import { createHash, type Hash } from 'node:crypto'

/** The digest of these bytes, as images are named by: `sha256:` and 64 digits. */
export function digestOf(bytes: Buffer, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

/** Whether `bytes` are what `digest` names, in the digest's own algorithm. */
export function isDigestOf(digest: string, bytes: Buffer): boolean {
  return digest === digestOf(bytes, algorithmOf(digest))
}

/** A hash in the algorithm of `digest`, for content that is too large to hold. */
export function hashFor(digest: string): Hash {
  return createHash(algorithmOf(digest))
}

function algorithmOf(digest: string): 'sha256' | 'sha512' {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256'
}
