import { resolveWorkflowPath } from './workflow-path.ts'

/** What the manifest says about components of other repositories; keys that were left out are empty here. */
export interface Manifest {
  /** In the order of the ladder. */
  environments: string[]
  builds: string[]
  /** Names of this repository's own deploys. */
  deploys: string[]
  external: ExternalRepo[]
  notify: Notify | null
  /** What is recorded per environment, as it stands in the manifest. */
  state: Record<string, unknown>
}

export interface ExternalRepo {
  repo: string
  /** Where the repository's reusable workflows are taken from, unless their path names a ref itself. */
  ref: string
  deploys: ExternalDeploy[]
}

export interface ExternalDeploy {
  name: string
  workflow: string | null
  /** Null: an update is recorded and nothing is deployed. */
  onUpdate: OnUpdate | null
}

export type OnUpdate =
  | { through: 'workflow'; workflow: string; permissions: Record<string, Permission> | null }
  | { through: 'control_plane'; workflow: string | null; permissions: null }

export type Permission = 'read' | 'write' | 'none'

/** What a satellite tells its primary; what is null has a default. */
export interface Notify {
  /** The name of the secret that holds the token. */
  tokenSecret: string | null
  deployName: string | null
  environment: string | null
}

/** Receives updates, sends them, or does neither. Never both: a parsed manifest has at most one of the two. */
export function roleOf({ external, notify }: Pick<Manifest, 'external' | 'notify'>): {
  primary: boolean
  satellite: boolean
} {
  return { primary: external.length > 0, satellite: notify !== null }
}

/** An external deploy beside the repository that owns it. */
export interface OwnedDeploy extends ExternalDeploy {
  sourceRepo: string
  ref: string
}

/** Every external deploy in the order of the configuration. */
export function externalDeploysOf({ external }: Pick<Manifest, 'external'>): OwnedDeploy[] {
  return external.flatMap(({ repo, ref, deploys }) => deploys.map((deploy) => ({ ...deploy, sourceRepo: repo, ref })))
}

export type UpdateMode = 'record_only' | 'record_and_deploy'

export function modeOf({ onUpdate }: Pick<ExternalDeploy, 'onUpdate'>): UpdateMode {
  return onUpdate === null ? 'record_only' : 'record_and_deploy'
}

/** Those that deploy through a reusable workflow, with the path as `uses:` wants it. In the order of the configuration. */
export function workflowDeploysOf(manifest: Manifest, forge: 'github' | 'gitea') {
  return externalDeploysOf(manifest).flatMap(({ name, ref, onUpdate }) =>
    onUpdate?.through !== 'workflow'
      ? []
      : [{ name, uses: resolveWorkflowPath(onUpdate.workflow, ref, forge), permissions: onUpdate.permissions }],
  )
}
