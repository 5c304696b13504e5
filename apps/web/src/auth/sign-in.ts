import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context, SignInRefusal } from '@rollcall/services'

/** One sign-in under way: what better-auth does not know and what it must not say. */
export interface SignIn {
  ctx: Context
  /** where it comes from, for the list of sessions */
  client: string
  browser: string | null
  /** the hash of the password that was right; null: none was asked for, or it was wrong */
  passwordHash: string | null
  /** why somebody who proved who they are is not let in */
  refused: SignInRefusal | null
  /** what went wrong with the provider, for the log */
  trouble: string | null
}

/** The sign-in that a call of better-auth belongs to, for what it calls back: those calls name no request. */
export const signIns = new AsyncLocalStorage<SignIn>()

export function currentSignIn(): SignIn {
  const current = signIns.getStore()
  if (current === undefined) throw new Error('better-auth is only asked within a sign-in.')
  return current
}
