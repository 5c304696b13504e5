import { ciForges, forgeOfIssuer } from './ci-forges.ts'

/** What a trust asks of a proof: claim → what it must be. In all but ids a * stands for anything but a slash. */
export type ClaimsPolicy = Readonly<Record<string, string>>

/** Everything that an issuer said of a pipeline, as it stood in the signed proof. */
export type Claims = Readonly<Record<string, unknown>>

/** A claim that is not what a trust wants: `found` is its text, null where it is missing or is no plain text. */
export interface ClaimMismatch {
  claim: string
  wanted: string
  found: string | null
}

/** What the verification of the proof itself looks at; no rule of a trust. */
const standard = ['iss', 'aud', 'exp', 'nbf', 'iat', 'jti']

/** Of an issuer whose forge is not known, one of these names what cannot be taken over. */
const idClaims = ['repository_id', 'project_id', 'sub'] as const

/** Says which thing it is, whatever that is called: never matched by a pattern. */
const isId = (claim: string) => claim === 'sub' || claim.endsWith('_id')

/**
 * Why claims cannot be the policy of a trust in this issuer, with the claim that is wrong where it is one; null when
 * they can. A name can be given up and taken by somebody else, so one claim must be the id of the repository, exactly.
 */
export function policyProblem(issuer: string, policy: ClaimsPolicy): { claim: string | null; message: string } | null {
  const forge = forgeOfIssuer(issuer)
  const ids: readonly string[] = forge === null ? idClaims : [ciForges[forge].idClaim]
  for (const [claim, wanted] of Object.entries(policy)) {
    const message = claimProblem(claim, wanted, forge === null ? null : [...ids, ...ciForges[forge].claims])
    if (message !== null) return { claim, message }
  }
  if (ids.some((claim) => Object.hasOwn(policy, claim))) return null
  const wanted = ids.length === 1 ? ids[0] : `one of ${ids.join(', ')}`
  return { claim: null, message: `must pin ${wanted}: a name can be taken over, an id cannot` }
}

function claimProblem(claim: string, wanted: string, known: readonly string[] | null): string | null {
  if (standard.includes(claim)) return 'is looked at in every proof and is no rule of a trust'
  if (known !== null && !known.includes(claim)) return `is no claim of this issuer; it has ${known.join(', ')}`
  if (wanted === '') return 'must not be empty'
  if (isId(claim) && wanted.includes('*')) return 'must be given exactly: * is not taken in what identifies'
  if (known !== null && claim.endsWith('_id') && !isDigits(wanted)) return 'must be the number, not the name'
  return null
}

const isDigits = (text: string) => /^\d{1,20}$/.test(text)

/** A claim as the text that a rule is compared with; null for what is missing, empty, a list, an object or no whole number. */
function claimText(claims: Claims, name: string): string | null {
  const value = Object.hasOwn(claims, name) ? claims[name] : null
  if (typeof value === 'string') return value === '' ? null : value
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value)
  return null
}

/** Whether a text is what a pattern says. A * stands for any characters but a slash; nothing else has a meaning of its own. */
export function fitsPattern(pattern: string, text: string): boolean {
  const wanted = pattern.split('/')
  const given = text.split('/')
  return wanted.length === given.length && wanted.every((part, i) => fitsPart(part, given[i] ?? ''))
}

/** Every piece between two * is taken where it comes first, so the time grows with the text and never explodes. */
function fitsPart(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return pattern === text
  const end = text.length - last.length
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const piece of rest) {
    const found = text.indexOf(piece, at)
    if (found === -1 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}

/** Every claim that is not what the policy wants; of a policy that asks for nothing, that itself: it trusts nobody. */
export function mismatchesOf(policy: ClaimsPolicy, claims: Claims): ClaimMismatch[] {
  const rules = Object.entries(policy)
  if (rules.length === 0) return [{ claim: 'claims', wanted: 'at least one claim', found: null }]
  return rules.flatMap(([claim, wanted]) => {
    const found = claimText(claims, claim)
    const fits = found !== null && (isId(claim) ? found === wanted : fitsPattern(wanted, found))
    return fits ? [] : [{ claim, wanted, found }]
  })
}

interface Trust {
  name: string
  claims: ClaimsPolicy
}

export type TrustChoice<T extends Trust> =
  | { chosen: T; misses: null }
  /** the trusts that do not take it, the nearest first */
  | { chosen: null; misses: { trust: T; mismatches: ClaimMismatch[] }[] }

/**
 * The trust that takes a pipeline: of several, the one that asks for most, and of equals the first by its name. Never
 * what several allow together: each was written for its own case.
 */
export function chooseTrust<T extends Trust>(trusts: readonly T[], claims: Claims): TrustChoice<T> {
  const looked = trusts.map((trust) => ({ trust, mismatches: mismatchesOf(trust.claims, claims) }))
  const [best] = looked.filter(({ mismatches }) => mismatches.length === 0).sort(asksForMost)
  if (best !== undefined) return { chosen: best.trust, misses: null }
  return { chosen: null, misses: looked.sort((a, b) => a.mismatches.length - b.mismatches.length || asksForMost(a, b)) }
}

const asksForMost = ({ trust: a }: { trust: Trust }, { trust: b }: { trust: Trust }) =>
  Object.keys(b.claims).length - Object.keys(a.claims).length || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

/** Whether a proof is of the very repository that a trust is about: only that one is told what else the trust wants. */
export function isSameSubject(mismatches: readonly ClaimMismatch[]): boolean {
  return !mismatches.some(({ claim }) => isId(claim))
}

/** What is kept of a proof, and told: where it ran, for whom, and what it was about. */
const telling = [
  'repository',
  'repository_id',
  'project_path',
  'project_id',
  'ref',
  'ref_type',
  'environment',
  'event_name',
  'pipeline_source',
  'workflow_ref',
  'job_workflow_ref',
  'ci_config_ref_uri',
  'run_id',
  'run_attempt',
  'pipeline_id',
  'job_id',
  'actor',
  'user_login',
  'sha',
  'sub',
]

const longestTold = 200

/** The telling claims as clean text, each cut at 200 characters. Lists and objects are left out. */
export function tellingClaims(claims: Claims): Record<string, string> {
  const found = telling.map((name) => [name, tidyText(claimText(claims, name) ?? '')] as const)
  return Object.fromEntries(found.filter(([, text]) => text !== ''))
}

/** `acme/app main (run 123)`: a pipeline as the record names it, from what `tellingClaims` kept. */
export function pipelineName(told: Readonly<Record<string, string>>): string {
  const where = told.repository ?? told.project_path ?? told.sub ?? 'a pipeline'
  const ref = told.ref?.replace(/^refs\/(heads|tags)\//, '')
  const run = told.run_id ?? told.pipeline_id
  return [cut(where, 100), ...(ref ? [cut(ref, 60)] : []), ...(run ? [`(run ${cut(run, 20)})`] : [])].join(' ')
}

const cut = (text: string, length: number) =>
  text.length > length ? `${[...text].slice(0, length - 1).join('')}…` : text

/** Foreign text that can stand in a line of ours: nothing in it breaks lines, hides, or turns the text around. */
export const tidyText = (text: string): string =>
  cut(
    text
      .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
      .replace(/\s+/g, ' ')
      .trim(),
    longestTold,
  )
