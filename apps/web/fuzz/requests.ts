import { createHmac } from 'node:crypto'
import { type Dice, dice } from './dice.ts'
import { type Draft, draftFor, spoilers } from './draft.ts'
import type { FuzzEntry } from './entries.ts'
import type { Facts } from './shapes.ts'
import { abused, batchAbuse, type WireRequest, written } from './wire.ts'

/** Who asks: administrator and viewer as they prove it, nobody with nothing or with something that proves nothing. */
export const identities = ['administrator', 'viewer', 'nobody'] as const
export type Identity = (typeof identities)[number]

/** How an identity proves itself: lines of the head, one of several ways. */
export type Credentials = Readonly<Record<Identity, readonly (readonly [string, string][])[]>>

export interface FuzzRequest extends WireRequest {
  identity: Identity
  /** what was done to it; none: sent as drafted */
  sort: string
}

const names = Object.keys(spoilers)

interface Known {
  seed: number
  at: number
  facts: Facts
  credentials: Credentials
  hookSecret: string
}

/**
 * The request number `at` of an entry: the same for the same seed and the same facts, whatever was made before it. About
 * half are as a client would write them, with right or odd values; the others are spoiled in one way, on the wire too.
 */
export function requestFor(entry: FuzzEntry, { seed, at, facts, credentials, hookSecret }: Known): FuzzRequest {
  const d = dice(seed, entry.name, at)
  const identity = d.pick(['administrator', 'administrator', 'viewer', 'nobody'] as const)
  const draft = draftFor(entry, facts, d)
  const sort = sortFor(entry, d)
  if (sort === 'batch') batchAbuse(draft, entry, facts, d)
  else spoilers[sort]?.(draft, d, entry)
  const own = draft.headers.map(([name]) => name)
  // what the spoiler has put there is what is tried: a second one beside it would hide it
  for (const [name, value] of proofFor(entry, credentials[identity], d)) {
    if (!own.includes(name)) draft.headers.push([name, value])
  }
  // few addresses that guess, so that most of them have to wait
  if (identity === 'nobody') draft.headers.push(['x-forwarded-for', `10.0.0.${d.below(8)}`])
  if (entry.kind === 'hook' && d.chance(0.5)) sign(draft, hookSecret, at)
  const regular = { ...written(draft, { chunked: d.chance(0.1) }), mayStream: entry.kind === 'subscription' }
  const wire = sort === 'wire' ? abused(regular, d) : regular
  return { ...wire, identity, sort }
}

/** Machines' entries believe no cookie: mostly they are not asked with one. */
function proofFor(entry: FuzzEntry, ways: Credentials[Identity], d: Dice): readonly (readonly [string, string])[] {
  const bearers = ways.filter((way) => way.some(([name]) => name === 'authorization'))
  return d.pick(entry.kind === 'rest' && bearers.length > 0 && d.chance(0.9) ? bearers : ways)
}

function sortFor(entry: FuzzEntry, d: Dice): string {
  if (d.chance(0.5)) return 'as drafted'
  if (d.chance(0.02)) return d.pick(['large body', 'deep body'])
  if (d.chance(0.12)) return 'wire'
  if (entry.path.startsWith('/api/trpc') && d.chance(0.25)) return 'batch'
  return d.pick(names.filter((name) => name !== 'large body' && name !== 'deep body'))
}

/** As GitHub signs what it sends: what is in the body is read only then. */
function sign(draft: Draft, secret: string, at: number): void {
  const hex = createHmac('sha256', secret)
    .update(draft.body ?? '')
    .digest('hex')
  draft.headers.push(
    [
      'x-github-event',
      ['status', 'push', 'workflow_run', 'repository_dispatch', 'ping', 'package', '__proto__'][at % 7] as string,
    ],
    ['x-github-delivery', `fuzz-${at % 50}`],
    ['x-hub-signature-256', `sha256=${hex}`],
  )
}
