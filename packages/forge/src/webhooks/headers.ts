/** Headers as Node gives them: names in lower case, repeated ones joined or in a list. */
export type RawHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** The one value of a header; empty when it is missing, blank or repeated, because a repeated one has no one meaning. */
export function headerOf(headers: RawHeaders, name: string): string {
  const value = headers[name]
  if (typeof value === 'string') return value.trim()
  return value?.length === 1 ? (value[0] as string).trim() : ''
}
