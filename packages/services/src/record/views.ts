/** One row of the audit. */
export interface AuditRow {
  id: string
  at: string
  actor: { id: string | null; name: string; via: string; credential: string | null }
  /** as in `apply.release`; of a refused attempt the capability that it takes */
  action: string
  outcome: 'done' | 'refused'
  subject: {
    type: string
    id: string
    /** what people call it, where it is there or the row says so; null: nothing better than the id */
    name: string | null
  }
  /** the environment by its slug; null: it happened in none in particular */
  environment: string | null
  reason: string | null
  requestId: string | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  detail: Record<string, unknown> | null
  /** the place in the chain and since when; null: not sealed yet */
  seal: { seq: string; at: string } | null
  /** it names an environment that you may not see: reason, before, after and detail are left out */
  withheld: boolean
}

/** What there is to choose from. */
export interface AuditFacets {
  actors: string[]
  actions: string[]
  environments: string[]
  subjectTypes: readonly string[]
  vias: readonly string[]
}

/** How far the record can be trusted. */
export interface AuditStanding {
  sealed: number
  unsealed: number
  lastSealedAt: string | null
  /** what this process connects as may only add to the audit */
  isProtected: boolean
  /** what would make it so; null: it is */
  remedy: string | null
  /** the last time that this process read the whole chain */
  verified: { at: string; ok: boolean; sealed: number; text: string | null } | null
}
