import { type Capability, type CiForge, ciForges, policyProblem } from '@rollcall/rollout'
import type { TrustView } from '@rollcall/services'

export interface ClaimRow {
  claim: string
  wanted: string
}

/** What the form about a trust holds; text where somebody types. */
export interface TrustForm {
  name: string
  issuer: string
  audience: string
  claims: ClaimRow[]
  capabilities: ReadonlySet<Capability>
  environments: 'everywhere' | readonly string[]
  minutes: number
  keys: string
}

const usualRef: Record<CiForge, string> = { github: 'refs/heads/main', gitlab: 'main', gitea: 'refs/heads/main' }

/** How a trust of a forge begins. */
export function formOf(forge: CiForge): TrustForm {
  const { issuer, idClaim } = ciForges[forge]
  return {
    name: '',
    issuer,
    audience: '',
    claims: [
      { claim: idClaim, wanted: '' },
      { claim: 'ref', wanted: usualRef[forge] },
    ],
    capabilities: new Set<Capability>(['build.publish', 'apply.open']),
    environments: [],
    minutes: 15,
    keys: '',
  }
}

export const formFrom = (trust: TrustView): TrustForm => ({
  name: trust.name,
  issuer: trust.issuer,
  audience: trust.audience ?? '',
  claims: inOrder(trust.claims).map(([claim, wanted]) => ({ claim, wanted })),
  capabilities: new Set(trust.capabilities),
  environments: trust.environments,
  minutes: trust.minutes,
  keys: trust.keys === null ? '' : JSON.stringify(trust.keys, null, 2),
})

/** What identifies first. */
export const inOrder = (claims: Record<string, string>): [claim: string, wanted: string][] =>
  Object.entries(claims).sort(([a], [b]) => Number(b.endsWith('_id')) - Number(a.endsWith('_id')) || (a < b ? -1 : 1))

const tidied = ({ claims }: TrustForm): ClaimRow[] =>
  claims.map(({ claim, wanted }) => ({ claim: claim.trim(), wanted: wanted.trim() }))

/** The rows, once `rowProblem` has nothing against them. */
export const claimsOf = (form: TrustForm): Record<string, string> =>
  Object.fromEntries(tidied(form).map(({ claim, wanted }) => [claim, wanted]))

/** What is wrong with a row: one that is not filled in would ask for less than it seems to, and so would one of two. */
function rowProblem(form: TrustForm): string | null {
  const rows = tidied(form)
  const names = rows.map(({ claim }) => claim)
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i)
  if (twice !== undefined) return `${twice} is asked for twice: leave one of the rows out.`
  const open = rows.find(({ claim, wanted }) => claim === '' || wanted === '')
  if (open === undefined) return null
  if (open.claim !== '') return `Say what ${open.claim} must be, or leave the row out.`
  return open.wanted === '' ? 'Fill in the empty claim, or leave it out.' : `Say which claim must be ${open.wanted}.`
}

/** As the verbs take it. */
export const trustInput = (form: TrustForm) => ({
  name: form.name.trim(),
  issuer: form.issuer.trim(),
  audience: form.audience.trim() || null,
  claims: claimsOf(form),
  capabilities: [...form.capabilities],
  environments: form.environments === 'everywhere' ? form.environments : [...form.environments],
  minutes: form.minutes,
  keys: form.keys.trim() === '' ? null : JSON.parse(form.keys),
})

/** What is still in the way, as the reason of the button; null: it can be sent. The server decides about the rest. */
export function trustProblem(form: TrustForm): string | null {
  if (form.name.trim() === '') return 'Give it a name first.'
  if (form.issuer.trim() === '') return 'Say who vouches for the pipeline: the issuer.'
  const row = rowProblem(form)
  if (row !== null) return row
  const problem = policyProblem(form.issuer.trim(), claimsOf(form))
  if (problem !== null) return `${problem.claim ?? 'The claims'} ${problem.message}.`
  if (form.capabilities.size === 0) return 'Choose what it may do.'
  if (form.environments !== 'everywhere' && form.environments.length === 0)
    return 'Choose an environment, or everywhere.'
  return isJson(form.keys) ? null : 'The keys are no JSON.'
}

function isJson(text: string): boolean {
  if (text.trim() === '') return true
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
