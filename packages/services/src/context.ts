import type { Rights } from '@rollcall/rollout'
import type { Prisma, Store } from '@rollcall/store'
import type { SecretKeys } from './secrets/keys.ts'

/** The doors: a page, the API, a worker, the demo's seed, a webhook, a terminal. */
export const vias = ['ui', 'api', 'worker', 'seed', 'hook', 'cli'] as const

/** Who does it, and through which door. Every verb takes one; it stands in the audit. */
export interface Actor {
  name: string
  via: (typeof vias)[number]
  /** usr_… or tok_…, where the name alone would not tell */
  id?: string | null
  /** what proved it: session, token rc_…, operator token, signature */
  credential?: string
  requestId?: string
}

/** Where facts are read: outside of a transaction, or in one. */
export type Reader = Store['db'] | Prisma.TransactionClient

/** What every verb is given: the facts, who asks, and the clock. */
export interface Context {
  store: Store
  actor: Actor
  /** of what belongs to an environment, only this is read and listed, by ids; left out: everything (the process itself) */
  sees?: 'everywhere' | ReadonlySet<string>
  /** all that the one who asks may do, to give no more than that; left out: everything (the process itself) */
  rights?: Rights
  now: () => Date
  /** what stored secrets are encrypted with; left out or null: none can be stored or read */
  keys?: SecretKeys | null
}
