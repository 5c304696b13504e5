import { redact } from '@rollcall/outbound'
import { duties, firstReading } from './answers.ts'
import type { Exchange, Outcome, TransportFault } from './facts.ts'
import { validSlug } from './slug.ts'
import { parseRows, saidText } from './wire.ts'

export interface EnumeratedTarget {
  slug: string
  /** What the control plane's own plan calls the target's turn (`canary`, `batch-1`); empty when it does not say. */
  phase: string
}

interface EnumerationFacts {
  httpStatus: number | null
  transport: TransportFault | null
  latencyMs: number
  /** Rows left out: blank or missing slug, no object, or a slug that must not meet a URL. */
  ignoredRows: number
  /** The slugs among them that are not valid, redacted and cut, at most ten. */
  invalidSlugs: string[]
  /** Empty only when enumerated. Redacted and cut. */
  message: string
}

export type EnumerationOutcome = 'enumerated' | 'none_found' | Exclude<Outcome, 'accepted' | 'partial'>

/** In the order of the control plane, each slug once, at least one. */
type EnumerationSuccess = {
  outcome: 'enumerated'
  targets: EnumeratedTarget[]
  retryable: false
} & EnumerationFacts
export type EnumerationFailure = {
  outcome: Exclude<EnumerationOutcome, 'enumerated'>
  targets: []
  /** A dry run changes nothing, so a lost one may always be asked again. */
  retryable: boolean
} & EnumerationFacts
export type Enumeration = EnumerationSuccess | EnumerationFailure

export function readEnumeration(exchange: Exchange, secrets: readonly string[]): Enumeration {
  const about = 'asking for the list of targets'
  const facts = { httpStatus: exchange.status, transport: exchange.fault, latencyMs: exchange.latencyMs }
  const fail = (
    outcome: EnumerationFailure['outcome'],
    message: string,
    ignoredRows = 0,
    invalidSlugs: string[] = [],
  ): EnumerationFailure => ({
    outcome,
    targets: [],
    retryable: outcome === 'none_found' ? false : duties[outcome].retryable,
    ...facts,
    ignoredRows,
    invalidSlugs,
    message: redact(message, secrets),
  })

  const first = firstReading(exchange, about, secrets)
  if (first.outcome !== 'answered') return fail(first.outcome, first.message)
  const { answer } = first
  if (!answer.ok) {
    const said = saidText(answer.error) || saidText(answer.message)
    return fail('failed', `${about}: the control plane answered ok: false${said === '' ? '' : `: ${said}`}`)
  }

  const { rows, unreadable } = parseRows(answer)
  const targets = new Map<string, EnumeratedTarget>()
  const invalidSlugs: string[] = []
  let ignoredRows = unreadable
  for (const row of rows) {
    const slug = row.slug ?? ''
    if (slug.trim() === '') {
      ignoredRows += 1
      continue
    }
    if (row.ssm_status && row.ssm_status !== 'DryRun') {
      // It has done something although it was asked not to: a list from such a call must not look like a quiet one.
      return fail(
        'protocol_error',
        `${about}: the control plane did not treat the call as a dry run (${slug}: ${row.ssm_status})`,
      )
    }
    if (!validSlug(slug)) {
      ignoredRows += 1
      if (invalidSlugs.length < 10) invalidSlugs.push(redact(slug, secrets, 80))
      continue
    }
    if (!targets.has(slug)) targets.set(slug, { slug, phase: redact(row.phase ?? '', secrets, 40) })
  }
  if (targets.size === 0) {
    const ignored = ignoredRows === 0 ? '' : ` (${ignoredRows} unusable rows)`
    return fail('none_found', `${about}: the control plane named no target${ignored}`, ignoredRows, invalidSlugs)
  }
  return {
    outcome: 'enumerated',
    targets: [...targets.values()],
    retryable: false,
    ...facts,
    ignoredRows,
    invalidSlugs,
    message: '',
  }
}
