import { redact } from '@rollcall/outbound'
import { duties, firstReading } from './answers.ts'
import type { Exchange, Outcome, Owes, TransportFault } from './facts.ts'
import { validSlug } from './slug.ts'
import { type FleetAnswer, parseRows, saidText, type WireRow } from './wire.ts'

export interface RedeployScope {
  /** Which targets, at least one. */
  slugs: readonly string[]
  /** Which image, always explicit. */
  tag: string
  /** How many of `slugs` at a time; all of them unless told. */
  batchSize?: number
  /** The client soaks, the control plane never does. */
  soakSeconds?: 0
}

/** What the control plane said about one asked target. */
export interface RedeployRow {
  slug: string
  /** It claims that this target was done and is healthy. */
  ok: boolean
  /** The claim in its own short words, e.g. `Success`, `healthy, image inspected`. */
  claim: string
  error: string | null
  /** It looked at the running container's image; null when it does not say (an older control plane). */
  verifiedOnTarget: boolean | null
}

export interface RedeployAnswer {
  outcome: Outcome
  retryable: boolean
  owes: Owes
  transport: TransportFault | null
  httpStatus: number | null
  /** In the order asked, one for each asked slug that has an answer. */
  rows: RedeployRow[]
  /** Asked slugs without a row. */
  missing: string[]
  /** Slugs it answered for although nobody asked; at most ten. */
  unasked: string[]
  /** One sentence, redacted, at most 500 characters. */
  message: string
  latencyMs: number
}

/** The request body of a scoped call, or a TypeError: an empty scope or a missing tag is a bug of the caller. */
export function scopedBody(scope: RedeployScope): string {
  const { slugs, tag, batchSize = slugs.length, soakSeconds = 0 } = scope
  // The control plane might read an empty list as "everybody", and did once read a missing tag as "latest".
  if (!Array.isArray(slugs) || slugs.length === 0) throw new TypeError('redeploy needs at least one slug')
  for (const slug of slugs)
    if (!validSlug(slug)) throw new TypeError(`redeploy was given an invalid slug: ${redact(String(slug), [], 80)}`)
  if (new Set(slugs).size !== slugs.length) throw new TypeError('redeploy was given the same slug twice')
  assertTag(tag)
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new TypeError('batchSize must be a whole number of at least 1')
  if (soakSeconds !== 0) throw new TypeError('soakSeconds must be 0: the rollout soaks, not the control plane')
  return JSON.stringify({
    target_tag: tag,
    only_slugs: slugs,
    batch_size: batchSize,
    soak_seconds: 0,
    dry_run: false,
    confirm: true,
  })
}

/** The request body of a dry run over the whole fleet. */
export function dryRunBody(tag: string): string {
  assertTag(tag)
  return JSON.stringify({ target_tag: tag, dry_run: true, confirm: true })
}

function assertTag(tag: string): void {
  if (typeof tag !== 'string' || !/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(tag)) {
    throw new TypeError('an explicit image tag is needed (1–128 of A–Z a–z 0–9 . _ -)')
  }
}

/** Sorts the answer to a scoped call. A good row for each asked slug is `accepted`, and even that is only a claim. */
export function readRedeploy(exchange: Exchange, scope: RedeployScope, secrets: readonly string[]): RedeployAnswer {
  const about = `redeploying ${named(scope.slugs)}`
  const first = firstReading(exchange, about, secrets)
  const told = first.answer === null ? nothingTold(scope) : tell(first.answer, scope, secrets)
  const finish = (outcome: Outcome, message: string): RedeployAnswer => ({
    outcome,
    ...duties[outcome],
    transport: exchange.fault,
    httpStatus: exchange.status,
    ...told,
    message: redact(message, secrets),
    latencyMs: exchange.latencyMs,
  })
  if (first.outcome !== 'answered') return finish(first.outcome, withBadRows(first.message, told.rows))

  const { answer } = first
  const bad = told.rows.filter((row) => !row.ok)
  const said = saidText(answer.error) || saidText(answer.message)
  const because = said === '' ? '' : `: ${said}`
  if (!answer.ok)
    return finish('failed', withBadRows(`${about}: the control plane answered ok: false${because}`, told.rows))
  if (bad.length > 0)
    return finish('failed', withBadRows(`${about}: claimed as a whole, but not for each target${because}`, told.rows))
  if (told.missing.length > 0)
    return finish('partial', `${about}: the answer has no row for ${named(told.missing)}${because}`)
  return finish('accepted', `${about}: claimed by the control plane`)
}

const mostUnasked = 10

type Told = Pick<RedeployAnswer, 'rows' | 'missing' | 'unasked'>

function nothingTold(scope: RedeployScope): Told {
  return { rows: [], missing: [...scope.slugs], unasked: [] }
}

function tell(answer: FleetAnswer, scope: RedeployScope, secrets: readonly string[]): Told {
  const stragglers = new Set((answer.stragglers ?? []).filter((entry) => typeof entry === 'string'))
  const bySlug = new Map<string, RedeployRow>()
  const unasked = new Set<string>()
  for (const wire of parseRows(answer).rows) {
    const slug = wire.slug ?? ''
    if (slug.trim() === '') continue
    if (!scope.slugs.includes(slug)) {
      if (unasked.size < mostUnasked) unasked.add(redact(slug, secrets, 80))
      continue
    }
    const row = readRow(wire, slug, stragglers.has(slug), secrets)
    // Two rows for one target: the worse one counts, whichever came last.
    const earlier = bySlug.get(slug)
    if (earlier === undefined || (earlier.ok && !row.ok)) bySlug.set(slug, row)
  }
  return {
    rows: scope.slugs.flatMap((slug) => bySlug.get(slug) ?? []),
    missing: scope.slugs.filter((slug) => !bySlug.has(slug)),
    unasked: [...unasked],
  }
}

function readRow(wire: WireRow, slug: string, straggler: boolean, secrets: readonly string[]): RedeployRow {
  const complaints = complaintsOf(wire)
  if (straggler && complaints.length === 0) complaints.push('listed as a straggler')
  const saidError = saidText(wire.error)
  const status = wire.ssm_status ?? ''
  const claims = [
    status,
    wire.healthz_ok === true ? 'healthy' : wire.healthz_ok === false ? 'not healthy' : '',
    wire.verified_on_target === true ? 'image inspected' : wire.verified_on_target === false ? 'another image' : '',
  ]
  const ok = saidError === '' && complaints.length === 0
  return {
    slug,
    ok,
    claim: redact(claims.filter((text) => text !== '').join(', '), secrets, 120),
    error: ok ? null : redact(saidError === '' ? complaints.join('; ') : saidError, secrets),
    verifiedOnTarget: wire.verified_on_target ?? null,
  }
}

/** What in a row speaks against its success, apart from an error in its own words. */
function complaintsOf(wire: WireRow): string[] {
  const complaints: string[] = []
  const status = wire.ssm_status ?? ''
  if (status === 'DryRun') complaints.push('it was only a dry run')
  else if (status !== '' && status !== 'Success') complaints.push(`command status ${status}`)
  if ((wire.ssm_exit_code ?? 0) !== 0) complaints.push(`exit code ${wire.ssm_exit_code}`)
  if (wire.healthz_ok === false) complaints.push('not healthy')
  else if (wire.healthz_ok !== true) complaints.push('it does not say whether the target is healthy')
  if (wire.verified_on_target === false) complaints.push('another image is running')
  return complaints
}

function withBadRows(message: string, rows: readonly RedeployRow[]): string {
  const bad = rows.filter((row) => !row.ok)
  if (bad.length === 0) return message
  const shown = bad.slice(0, 3).map((row) => `${row.slug}: ${row.error}`)
  return `${message} — ${shown.join(' · ')}${bad.length > 3 ? ` · and ${bad.length - 3} more` : ''}`
}

function named(slugs: readonly string[]): string {
  const shown = slugs.slice(0, 5).join(', ')
  return slugs.length > 5 ? `${shown} and ${slugs.length - 5} more` : shown
}
