export type RequiredContexts = { ok: true; required: string[] } | { ok: false; message: string; remedy: string }

/**
 * The contexts that a gate requires: those of `override`, separated by commas or line ends, or the defaults where it is
 * blank. Each once, in order. An override in which no name is left is refused: it would let everything pass.
 */
export function requiredContexts(override: string | null, defaults: readonly string[]): RequiredContexts {
  const isBlank = override === null || override.trim() === ''
  const names = isBlank ? [...defaults] : override.split(/[,\r\n]+/)
  const required = [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))]
  if (required.length > 0) return { ok: true, required }
  return {
    ok: false,
    message: 'the list of required checks names zero contexts',
    remedy: 'Name at least one context, or leave the list blank for the default ones.',
  }
}
