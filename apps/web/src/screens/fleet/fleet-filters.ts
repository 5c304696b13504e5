import { type Verdict, verdicts } from '@rollcall/rollout'
import type { FleetTarget } from '@rollcall/services'
import { createParser, parseAsString, parseAsStringLiteral } from 'nuqs'
import { verdictOrder } from '../../components/vocabulary.ts'

const isVerdict = (text: string): text is Verdict => (verdicts as readonly string[]).includes(text)

/** `verdict=stale,unreachable`: unknown words are left out; an empty list means all. */
export const parseAsVerdicts = createParser<Verdict[]>({
  parse: (text) => {
    const known = [...new Set(text.split(',').filter(isVerdict))]
    return known.length > 0 ? known : null
  },
  serialize: (chosen) => chosen.join(','),
  eq: (a, b) => a.join() === b.join(),
})

export const droppedVerdicts = (text: string | null): string[] =>
  (text ?? '').split(',').filter((word) => word !== '' && !isVerdict(word))

export const sorts = ['verdict', 'tenant', 'observed', 'since', 'read'] as const
export type Sort = (typeof sorts)[number]
const sortTexts = sorts.flatMap((sort) => [sort, `${sort}.desc`] as const)
export type SortText = (typeof sortTexts)[number]

export const fleetFilters = {
  environment: parseAsString,
  component: parseAsString,
  view: parseAsStringLiteral(['grid', 'table'] as const).withDefault('grid'),
  verdict: parseAsVerdicts,
  q: parseAsString.withDefault(''),
  sort: parseAsStringLiteral(sortTexts).withDefault('verdict'),
}

/** Whether a tenant is one of those looked for: its verdict is chosen, and its slug or build contains the text. */
export function matches(target: FleetTarget, chosen: readonly Verdict[] | null, q: string): boolean {
  if (chosen !== null && !chosen.includes(target.verdict)) return false
  const text = q.trim().toLowerCase()
  if (text === '') return true
  return target.slug.includes(text) || (target.observedSha?.startsWith(text) ?? false)
}

const rank = new Map(verdictOrder.map((verdict, index) => [verdict, index]))
const keys: Record<Sort, (target: FleetTarget) => string | number> = {
  verdict: (target) => rank.get(target.verdict) ?? 99,
  tenant: (target) => target.slug,
  observed: (target) => target.observedSha ?? '',
  since: (target) => target.since ?? '',
  read: (target) => target.observedAt ?? '',
}

/** Sorted by one column, then by slug, so that the order is always the same. What needs an eye comes first. */
export function sortTargets(targets: readonly FleetTarget[], text: SortText): FleetTarget[] {
  const [sort, direction] = text.split('.') as [Sort, 'desc'?]
  const key = keys[sort]
  const sign = direction === 'desc' ? -1 : 1
  return [...targets].sort((a, b) => {
    const left = key(a)
    const right = key(b)
    if (left !== right) return (left < right ? -1 : 1) * sign
    return a.slug < b.slug ? -1 : 1
  })
}
