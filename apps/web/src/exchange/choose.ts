import { type ClaimMismatch, type Claims, chooseTrust, isSameSubject, tidyText } from '@rollcall/rollout'
import type { OfferedTrust } from '@rollcall/services'
import { DoorError } from '../server/faults.ts'

/** The trust that lets this pipeline in: of several that do, the one that asks for most. Throws 403 that says what is missing. */
export function trustFor(trusts: readonly OfferedTrust[], claims: Claims): OfferedTrust {
  const { chosen, misses } = chooseTrust(trusts, claims)
  if (chosen !== null) return chosen
  const near = misses.filter(({ mismatches }) => isSameSubject(mismatches))
  const told = near.length > 0 ? near : misses
  const errors = told.slice(0, 5).flatMap(({ trust, mismatches }) =>
    mismatches
      // Anybody can have a pipeline somewhere on the same forge: what a trust wants is told to its own repository only.
      .filter((one) => near.length > 0 || !isSameSubject([one]))
      .map((one) => ({
        code: 'claim_differs',
        field: one.claim,
        message: sentenceOf(one, near.length > 0 ? trust.name : null),
        remedy: null,
      })),
  )
  const [first] = errors
  throw new DoorError('forbidden', `No trust lets this pipeline in. ${first?.message ?? ''}`.trim(), {
    field: first?.field ?? null,
    remedy: 'Run it where a trust allows it, or ask whoever manages the trusts of this Rollcall.',
    errors: [...new Map(errors.map((error) => [error.message, error])).values()],
  })
}

function sentenceOf({ claim, wanted, found }: ClaimMismatch, trust: string | null): string {
  const said = found === null ? `The proof has no ${claim}` : `The proof’s ${claim} is ${quoted(found)}`
  return trust === null ? `${said}, which no trust names.` : `${said}; the trust ${trust} wants ${quoted(wanted)}.`
}

const quoted = (text: string) => JSON.stringify(tidyText(text))
