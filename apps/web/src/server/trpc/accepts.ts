import type { z } from 'zod'

/**
 * Says what a procedure takes without reading it: the service parses its own input, once, with the schema given here.
 * Parsing twice would hand the service values that the first parse had already turned into something else.
 */
export function accepts<S extends z.ZodType>(_schema: S): (raw: unknown) => z.input<S> {
  return (raw) => raw as z.input<S>
}
