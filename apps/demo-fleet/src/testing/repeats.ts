import type { RecordItem } from '../record.ts'

/**
 * The redeploys of a record that were asked for a build which the target had already shown on its own /buildinfo, and
 * not lost since: what a driver that looks before it acts never does. Empty when there was none; `items` oldest first.
 */
export function repeatedRedeploys(items: readonly RecordItem[]): { slug: string; sha: string; at: string }[] {
  const shown = new Map<string, string>()
  const repeats: { slug: string; sha: string; at: string }[] = []
  for (const item of items) {
    if (item.kind === 'served') shown.set(item.slug, item.sha)
    if (item.kind !== 'received') continue
    for (const slug of item.slugs) if (shown.get(slug) === item.sha) repeats.push({ slug, sha: item.sha, at: item.at })
  }
  return repeats
}
