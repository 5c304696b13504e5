import { parseAsString, parseAsStringLiteral } from 'nuqs'

/** What the endpoint said to a delivery when it came. */
export const verdicts = ['accepted', 'ignored', 'refused'] as const

export const deliveryFilters = {
  endpoint: parseAsString,
  verdict: parseAsStringLiteral(verdicts),
  cursor: parseAsString,
}
