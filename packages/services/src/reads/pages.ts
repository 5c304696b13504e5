import { z } from 'zod'
import { ServiceError } from '../errors.ts'
import type { Page } from '../views.ts'

/** A cursor names the last item that was seen; it is opaque to whoever holds it. */
export const cursor = z.string({ error: 'must be text' }).min(1).max(200)

export function encodeCursor(value: string | number): string {
  return Buffer.from(String(value)).toString('base64url')
}

export function decodeCursor(text: string | undefined, shape: RegExp): string | null {
  if (text === undefined) return null
  const value = Buffer.from(text, 'base64url').toString()
  if (!shape.test(value)) {
    throw new ServiceError('invalid', 'cursor is not one of ours.', {
      field: 'cursor',
      remedy: 'Pass nextCursor of the page before, or leave cursor out to begin at the first page.',
    })
  }
  return value
}

/** Cuts rows that were read one beyond the limit into a page. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  cursorOf: (row: R) => string | number,
  view: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(view), nextCursor: rows.length > limit && last ? encodeCursor(cursorOf(last)) : null }
}
