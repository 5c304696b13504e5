import type { Iso } from '../views.ts'

/** One field that differs. Null stands for what is not there. */
export interface ConfigurationChange {
  /** `environments.production.policy.batch_size` */
  path: string
  kind: 'added' | 'removed' | 'changed'
  before: unknown
  after: unknown
}

export interface ConfigurationView {
  /** what runs, as rollcall.yaml */
  yaml: string
  /** of what runs; an import that names another one as its base is refused */
  hash: string
  importedAt: Iso | null
  importedBy: string | null
}

export interface ConfigurationDiff {
  changes: ConfigurationChange[]
  /** what runs and is not in the file */
  leftAlone: { field: string; message: string }[]
  /** parts of a repository's manifest, which were held to their rules and are not kept here */
  notKept: string[]
  /** of what runs now, before anything is imported */
  baseHash: string
}

export interface ConfigurationImport extends ConfigurationDiff {
  dryRun: boolean
  /** false: what runs is already what the file says, and nothing was written */
  changed: boolean
  /** of what runs once this is in force */
  hash: string
}

/** One external deploy as its senders know it, in the field's own words. */
export interface ExternalDeployView {
  deploy_name: string
  source_repo: string
  ref: string
  component: string
  workflow?: string
  /** only where it opted in: without it, an update is recorded and nothing is deployed */
  on_update?: unknown
}

/** Something to copy into a repository. */
export interface GeneratedWorkflow {
  /** receiver: a whole file · publish: a job · notify: a step */
  kind: 'receiver' | 'publish' | 'notify'
  title: string
  /** where it belongs */
  path: string
  text: string
  /** the jobs it has, or the steps, by the names that the forge shows */
  jobs: string[]
  /** why it cannot be made; then the text is empty */
  problem: string | null
}
