import type { UpdateInput } from '../receive/validate.ts'

/** What a delivery of a forge means here. */
export type ForgeEvent = CheckEvent | ExternalUpdateEvent

/** A check of one commit changed. */
export interface CheckEvent {
  kind: 'check'
  repo: string
  sha: string
  context: string
  /** In the forge's own word: success, pending, failure, error, cancelled, skipped, … */
  status: string
  url: string | null
  /** Grows with time within one context of one commit, so a delivery that comes late is seen to be old. Null: unknown. */
  order: number | null
}

/** An upstream repository says that a component has a new version. Not yet held to any rule: that is `receiveUpdate`'s. */
export interface ExternalUpdateEvent {
  kind: 'external_update'
  input: UpdateInput
}

export const ignoredRules = {
  body_unreadable: 'The body is not JSON of the expected shape.',
  event_not_read: 'Rollcall does not read events of this kind.',
  repo_not_listed: 'The repository is not one that this endpoint listens to.',
  ref_deleted: 'A deleted branch or tag brings no version.',
  no_rule: 'No rule of this endpoint makes an update of this event.',
  dispatch_type: 'The dispatch is of a type that this endpoint does not listen to, or names no deploy.',
  speaks_for_another: 'The repository names another one as the source, and this endpoint does not let it.',
} as const
export type IgnoredRule = keyof typeof ignoredRules

export type EventReading = { events: [ForgeEvent, ...ForgeEvent[]] } | { ignored: IgnoredRule; message: string }

/** What one endpoint listens to. */
export interface HookRules {
  /** Repositories whose events are read, as owner/name; null for all. An empty list reads none. */
  repos: readonly string[] | null
  /** Which pushes and green workflow runs are updates of which component. */
  updates: readonly HookUpdate[]
  /** Types of `repository_dispatch` that carry an update. Default: every one whose payload names a `deploy_name`. */
  dispatchTypes?: readonly string[]
  /** Repositories that may report updates in the name of others, such as a primary that its satellites dispatch to. */
  relays?: readonly string[]
}

export interface HookUpdate {
  on: 'push' | 'workflow_run'
  repo: string
  /** In full; `*` stands for any run of characters but a slash: `refs/heads/main`, `refs/tags/v*`. */
  ref: string
  /** Only runs of this workflow, by its name or file. */
  workflow?: string
  deployName: string
  environment: string
}
