import { z } from 'zod'

/** Where builds are announced, in place of the registry that a real control plane would ask. */
export interface BuildsSource {
  /** `GET` answers `{items: [{tag, sha}], nextCursor}`, newest first */
  url: string
  token: string
}

const pageSchema = z.object({
  items: z.array(z.object({ tag: z.string(), sha: z.string().regex(/^[0-9a-f]{40}$/) })),
  nextCursor: z.string().nullable(),
})

/** A tag that nobody announced lately is not looked for for ever. */
const pageLimit = 5
const timeoutMs = 5_000

/** The commit that `tag` was announced for; null when nobody announced it. Rejects when the list cannot be read. */
export async function findPublished({ url, token }: BuildsSource, tag: string): Promise<string | null> {
  let cursor: string | null = null
  for (let page = 0; page < pageLimit; page += 1) {
    const from = new URL(url)
    from.searchParams.set('limit', '200')
    if (cursor !== null) from.searchParams.set('cursor', cursor)
    const response = await fetch(from, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) throw new Error(`the list of builds answered ${response.status}`)
    const { items, nextCursor } = pageSchema.parse(await response.json())
    const found = items.find((build) => build.tag === tag)
    if (found) return found.sha
    if (nextCursor === null) return null
    cursor = nextCursor
  }
  return null
}
