import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * True when both are the same bytes. Takes the same time wherever they differ, also when their lengths do: a digest of
 * each is compared, so not even the length of the secret shows.
 */
export function sameBytes(given: Uint8Array | string, wanted: Uint8Array | string): boolean {
  return timingSafeEqual(digest(given), digest(wanted))
}

function digest(bytes: Uint8Array | string): Buffer {
  return createHash('sha256').update(bytes).digest()
}
