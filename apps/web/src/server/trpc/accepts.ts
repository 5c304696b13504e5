import type { z } from 'zod'

/** A parser that leaves the input as it is, and can be asked what it would be held to. */
type Accepting<S extends z.ZodType> = ((raw: unknown) => z.input<S>) & { schema: S }

/**
 * Says what a procedure takes without reading it: the service parses its own input, once, with the schema given here.
 * Parsing twice would hand the service values that the first parse had already turned into something else.
 */
export function accepts<S extends z.ZodType>(schema: S): Accepting<S> {
  return Object.assign((raw: unknown) => raw as z.input<S>, { schema })
}

/** The same for lists: an infinite query of the browser also says its direction, and `null` for the first page. */
export function acceptsPage<S extends z.ZodType>(schema: S): Accepting<S> {
  const read = (raw: unknown) => {
    if (typeof raw !== 'object' || raw === null) return raw as z.input<S>
    const { direction: _direction, cursor, ...filter } = raw as Record<string, unknown>
    return (cursor == null ? filter : { ...filter, cursor }) as z.input<S>
  }
  return Object.assign(read, { schema })
}
