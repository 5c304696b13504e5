import { z } from 'zod'

/** One field may be missing, null or of a type nobody promised; none of that may cost us the rest of the answer. */
const text = z.string().nullish().catch(null)
const flag = z.boolean().nullish().catch(null)

/** One row of `results`. The substrate decides which fields exist: `ssm_*` is only there where a shell was used. */
const rowSchema = z.looseObject({
  slug: text,
  phase: text,
  ssm_status: text,
  ssm_exit_code: z.number().nullish().catch(null),
  healthz_ok: flag,
  error: z.unknown().optional(),
  verified_on_target: flag,
  running_image: text,
})
export type WireRow = z.infer<typeof rowSchema>

/** The body of every answer of `redeploy-fleet`. Without a boolean `ok` it is no answer at all. */
const fleetAnswerSchema = z.looseObject({
  ok: z.boolean(),
  results: z.array(z.unknown()).nullish(),
  stragglers: z.array(z.unknown()).nullish().catch(null),
  error: z.unknown().optional(),
  message: z.unknown().optional(),
})
export type FleetAnswer = z.infer<typeof fleetAnswerSchema>

/** The body of `/buildinfo`, as far as we rely on it. */
export const buildinfoSchema = z.looseObject({ git_sha: z.unknown().optional() })

export function parseJson(body: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(body) }
  } catch {
    return { ok: false }
  }
}

/** The parsed body, or null when it is no JSON object with a boolean `ok` (and an array of rows where there are rows). */
export function parseFleetAnswer(body: string): FleetAnswer | null {
  const json = parseJson(body)
  if (!json.ok) return null
  const answer = fleetAnswerSchema.safeParse(json.value)
  return answer.success ? answer.data : null
}

/** The rows that are objects, and how many entries are not. */
export function parseRows(answer: FleetAnswer): { rows: WireRow[]; unreadable: number } {
  const rows: WireRow[] = []
  let unreadable = 0
  for (const entry of answer.results ?? []) {
    const row = rowSchema.safeParse(entry)
    if (row.success) rows.push(row.data)
    else unreadable += 1
  }
  return { rows, unreadable }
}

/** A page's title stands near its beginning. */
const titleWithin = 65_536

/** What the body says went wrong, in its own words; empty when it says nothing. Not yet redacted. */
export function errorTextOf(body: string): string {
  const json = parseJson(body)
  if (json.ok && typeof json.value === 'object' && json.value !== null) {
    const { error, message } = json.value as { error?: unknown; message?: unknown }
    return saidText(error) || saidText(message)
  }
  if (/^\s*</.test(body)) {
    // bounded: a page of nothing but the beginnings of titles must not cost more than any other
    const title = /<title[^<>]{0,200}>([^<]{0,200})</i.exec(body.slice(0, titleWithin))?.[1]?.trim()
    return title === undefined || title === '' ? 'an HTML page' : `an HTML page titled "${title}"`
  }
  return body.trim()
}

/** Errors are promised as text and sometimes come as an object with a message in it. */
export function saidText(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  if (value === null || value === undefined || value === false || value === true) return ''
  if (typeof value === 'object') {
    const inner = (value as { message?: unknown }).message
    return typeof inner === 'string' ? inner.trim() : JSON.stringify(value)
  }
  return String(value)
}
