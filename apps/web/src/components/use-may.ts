'use client'

import { allows, type Capability, denialOf, type Place, type WhoMay, whomToAsk } from '@rollcall/rollout'
import type { AccountView } from '@rollcall/services'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../trpc/client.tsx'

/** The slug of an environment; `everywhere`: what belongs to none, too; `anywhere`: in at least one. */
export type Where = string | 'everywhere' | 'anywhere'

interface May {
  allowed: boolean
  /** which capability is missing where, and who has it: the reason of a button; null when nothing is missing */
  why: string | null
}

/** Who is signed in and what that allows. Asked once; the server tells by ending the session when it changes. */
export function useAccount() {
  const trpc = useTRPC()
  return useQuery(trpc.account.me.queryOptions(undefined, { staleTime: 60_000, refetchInterval: 60_000 }))
}

/**
 * Whether the one who is signed in may do something, for the button that would do it; the server decides again. Until it
 * is known nothing is allowed. Who has it is asked only when it is missing.
 */
export function useMay(capability: Capability, where: Where): May {
  const trpc = useTRPC()
  const { data: account } = useAccount()
  const allowed = account !== undefined && holds(account, capability, where)
  const place = placeOf(where)
  const environment = typeof place === 'string' ? null : place.environmentId
  const others = useQuery(
    trpc.account.whoMay.queryOptions(
      { capability, environment },
      { enabled: account !== undefined && !allowed, staleTime: 60_000 },
    ),
  )
  if (allowed) return { allowed, why: null }
  if (account === undefined) return { allowed, why: 'It is being asked what you may do.' }
  return { allowed, why: whyNot(capability, where, others.data) }
}

/** No environment is called one of the words. Here, its slug stands for it. */
const placeOf = (where: Where): Place =>
  where === 'everywhere' || where === 'anywhere' ? where : { environmentId: where }

function holds({ rights }: Pick<AccountView, 'rights'>, capability: Capability, where: Where): boolean {
  const held = rights[capability]
  const known = held === undefined ? [] : [[capability, held === 'everywhere' ? held : new Set(held)] as const]
  return allows(new Map(known), capability, placeOf(where))
}

/** The same for what needs several capabilities: why not is the first that is missing. */
export function useMayAll(needed: readonly [Capability, ...Capability[]], where: Where): May {
  const { data: account } = useAccount()
  const missing = account && needed.find((capability) => !holds(account, capability, where))
  return useMay(missing ?? needed[0], where)
}

/** `You may not approve or reject an apply in production: that needs apply.approve. Ask Ada (admin) or Rel (releaser).` */
const whyNot = (capability: Capability, where: Where, others: readonly WhoMay[] | undefined): string =>
  [denialOf(capability, where), ...(others === undefined ? [] : [whomToAsk(others)])].join(' ')
