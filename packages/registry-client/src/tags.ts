import { failure } from './answers.ts'
import { type Door, scopeOf } from './door.ts'
import type { Result } from './facts.ts'
import type { KnownRegistry } from './known.ts'
import type { Call } from './line.ts'
import { nextLink, ownPath } from './links.ts'
import { headManifest } from './manifests.ts'
import { shownReference } from './reference.ts'
import { parseJson, tagsSchema } from './wire.ts'

const pageLength = 1000
const largestPage = 4 * 1024 * 1024
const mostTags = 200_000

/**
 * Every tag of a repository, in the registry's order, each once; empty when it has none. The end is a page without a
 * link to the next one, never a page that merely looks short: servers clamp the length that was asked for.
 */
export async function listTags(
  door: Door,
  { registry, repository }: { registry: KnownRegistry; repository: string },
  call: Call,
): Promise<Result<{ tags: string[] }>> {
  const about = `listing the tags of ${repository}`
  const told = { about: `${about} at ${registry.host}`, effect: 'read', secrets: registry.secrets } as const
  const tags = new Set<string>()
  const pages = new Set<string>()
  let path: string | null = `/v2/${repository}/tags/list?n=${pageLength}`
  while (path !== null) {
    if (pages.has(path)) return failure('protocol_error', 'its pages lead in a circle', told)
    pages.add(path)
    const task = { method: 'GET', path, scopes: [scopeOf(repository, 'pull')], about, effect: 'read' } as const
    const asked = await door.ask(registry, { ...task, expect: [200], maxBytes: largestPage }, call)
    if (asked.outcome !== 'ok') return asked
    const { exchange } = asked
    const page = tagsSchema.safeParse(parseJson(exchange.body))
    if (!page.success) return failure('protocol_error', 'the answer is not a list of tags', told, exchange)
    for (const tag of page.data.tags ?? []) tags.add(tag)
    if (tags.size > mostTags) return failure('protocol_error', `it has more than ${mostTags} tags`, told, exchange)
    const link = nextLink(exchange.headers.link)
    path = ownPath(registry, link ?? undefined)
    if (link !== null && path === null)
      return failure('protocol_error', 'its next page is on another host, which is not asked', told, exchange)
  }
  return { outcome: 'ok', tags: [...tags] }
}

export interface DeletedTag {
  /** `absent`: there was no such tag, and nothing was asked of the registry. */
  was: 'deleted' | 'absent'
  /** What the tag pointed at; null when it was absent. */
  digest: string | null
  /** Whether the manifest itself is still there by its digest. `gone` is a registry's fault, and other tags suffer it. */
  manifest: 'kept' | 'gone' | 'unknown'
}

/**
 * Takes a tag away and leaves what it pointed at: look, delete, look again. `expectedDigest` keeps a tag that somebody
 * has moved since. Many registries cannot delete a tag, only a manifest with all of its tags: that is `unsupported`, and
 * nothing is deleted in its place.
 */
export async function deleteTag(
  door: Door,
  { registry, repository, tag }: { registry: KnownRegistry; repository: string; tag: string },
  expectedDigest: string | null,
  call: Call,
): Promise<Result<DeletedTag>> {
  const place = { registry, repository, action: 'pull,delete' } as const
  const about = `deleting ${shownReference(repository, tag)}`
  const told = { about: `${about} at ${registry.host}`, effect: 'write', secrets: registry.secrets } as const
  const before = await headManifest(door, { ...place, reference: tag }, call)
  if (before.outcome === 'absent') return { outcome: 'ok', was: 'absent', digest: null, manifest: 'unknown' }
  if (before.outcome !== 'ok') return before
  const { digest } = before
  if (expectedDigest !== null && digest !== expectedDigest)
    return { ...failure('mismatch', `it was moved to ${digest} and is left alone`, told), owes: 'nothing' }

  const scopes = [scopeOf(repository, 'pull,delete')]
  const path = `/v2/${repository}/manifests/${tag}`
  const task = { method: 'DELETE', path, scopes, about, effect: 'write', expect: [200, 202, 204] } as const
  const asked = await door.ask(registry, task, call)
  // Those that only know digests say that a tag is not a valid one.
  if (asked.outcome === 'unsupported' || (asked.outcome === 'refused' && asked.code === 'DIGEST_INVALID'))
    return { ...failure('unsupported', 'this registry cannot delete a tag', told), ...statusOf(asked) }
  if (asked.outcome !== 'ok' && asked.outcome !== 'absent') return asked

  const after = await headManifest(door, { ...place, reference: tag }, call)
  if (after.outcome === 'ok') {
    if (asked.outcome === 'absent')
      return { ...failure('unsupported', 'the registry does not find the tag to delete it', told), ...statusOf(asked) }
    return failure('unknown', `the registry took it, but the tag still answers with ${after.digest}`, told)
  }
  if (after.outcome !== 'absent') return failure('unknown', `it could not be read back: ${after.message}`, told)
  const left = await headManifest(door, { ...place, reference: digest }, call)
  const manifest = left.outcome === 'ok' ? 'kept' : left.outcome === 'absent' ? 'gone' : 'unknown'
  return { outcome: 'ok', was: 'deleted', digest, manifest }
}

function statusOf({ httpStatus, code }: { httpStatus: number | null; code: string | null }) {
  return { httpStatus, code }
}
