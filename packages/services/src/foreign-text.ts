/**
 * Text from outside, fit to be stored: cut, and without what PostgreSQL cannot hold (NUL) or UTF-8 cannot say (half a
 * surrogate pair, which a cut can leave behind). One tenant's odd answer must not keep a whole sweep from being stored.
 */
export function foreignText(text: string, maxLength: number): string
export function foreignText(text: string | null, maxLength: number): string | null
export function foreignText(text: string | null, maxLength: number): string | null {
  return text?.slice(0, maxLength).replaceAll('\0', '').toWellFormed() ?? null
}
