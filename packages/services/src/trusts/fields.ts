import { policyProblem } from '@rollcall/rollout'
import { z } from 'zod'
import { text, whole } from '../fields.ts'
import { askedFields } from '../tokens/asked.ts'
import { pinnedKeys } from './keys.ts'

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** An issuer is compared as text with what a proof says, so it is taken only in the one form that it can have there. */
function issuerProblem(value: string): string | null {
  if (/[\s\p{C}*]/u.test(value)) return 'must not contain blanks, control characters or *'
  if (!URL.canParse(value)) return 'must be a URL such as https://token.actions.githubusercontent.com'
  const url = new URL(value)
  if (url.username || url.password || url.search || url.hash) return 'must not carry a user name, a query or a fragment'
  if (url.protocol === 'http:' && !loopback.test(url.hostname))
    return 'must begin with https:// (http:// only for this machine)'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https://'
  return url.href === value || url.href === `${value}/` ? null : `must be written as ${url.href.replace(/\/$/, '')}`
}

const issuer = z
  .string({ error: 'must be text' })
  .max(500, 'must be at most 500 characters')
  .superRefine((value, issue) => {
    const message = issuerProblem(value)
    if (message !== null) issue.addIssue({ code: 'custom', message })
  })

const claimName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,99}$/, 'must be the name of a claim: letters, digits and _, beginning with a letter')

const claims = z
  .record(claimName, text(500), { error: 'must be claims and what each must be, such as {"repository_id": "123"}' })
  .refine((given) => Object.keys(given).length > 0, 'must have at least one claim')
  .refine((given) => Object.keys(given).length <= 20, 'must be at most 20 claims')

/** All that a trust says, as it is made and as it is replaced. */
export const trustFields = {
  name: text(100),
  issuer,
  /** what the proof must have been written for; left out: the base URL of this Rollcall */
  audience: text(500).nullish(),
  claims,
  ...askedFields,
  /** for how long what is exchanged is good */
  minutes: whole(1, 60).default(15),
  /** the issuer's public keys, for one that cannot be asked; then it never is */
  keys: pinnedKeys.nullish(),
}

/** What one field says about another: the claims must be ones that this issuer has, and pin what cannot be taken over. */
export function requirePolicy(
  { issuer, claims }: { issuer: string; claims: Record<string, string> },
  issue: z.core.$RefinementCtx,
): void {
  const problem = policyProblem(issuer, claims)
  if (problem === null) return
  const path = problem.claim === null ? ['claims'] : ['claims', problem.claim]
  issue.addIssue({ code: 'custom', path, message: problem.message })
}
