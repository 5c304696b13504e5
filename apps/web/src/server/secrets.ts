import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Compares two secrets in a time that says nothing about where they differ, or about their lengths. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest()
  return timingSafeEqual(digest(given), digest(expected))
}

export function sign(key: string, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('base64url')
}

/** The same, in the form in which better-auth signs its cookies. */
export function signBase64(key: string, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('base64')
}
