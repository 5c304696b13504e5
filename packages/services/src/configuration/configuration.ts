import type { HookUpdate, Manifest, Sender } from '@rollcall/forge'

/**
 * What rollcall.yaml says, once it is read: the shape that everything runs by. Environments, components and fleets have
 * tables of their own as well, because rows refer to them; everything else is in force as it stands here.
 * Secrets are only ever named: every `…Env` is the name of an environment variable of the process that needs it.
 */
export interface Configuration {
  environments: EnvironmentConfig[]
  components: ComponentConfig[]
  forges: ForgeConfig[]
  registries: RegistryConfig[]
  /** repositories of external components and what they deploy, as the forge's room reads them */
  external: Manifest['external']
  /** what an external deploy is here, by its name */
  deploys: Record<string, DeployConfig>
  gates: GateConfig[]
  imageSets: ImageSetConfig[]
  webhooks: WebhookConfig[]
}

export interface PolicyConfig {
  batchSize: number | null
  soakSeconds: number | null
  onFailure: string | null
  maxStragglers: number | null
  requiresApproval: boolean | null
  canary: string | null
}

export interface DoorConfig {
  controlPlane: { url: string; tokenEnv: string } | null
  /** with {slug}; null: nobody can be asked what runs */
  tenants: string | null
}

export interface EnvironmentConfig extends DoorConfig {
  name: string
  title: string | null
  /** how every apply there goes that does not say otherwise; nobody opens one without the approval that it needs */
  policy: PolicyConfig
  patience: {
    settleBudgetSeconds: number | null
    pollSeconds: number | null
    redeployTimeoutSeconds: number | null
    maxAttempts: number | null
    retryBackoffSeconds: number | null
    sweepSeconds: number | null
  }
}

export interface ComponentConfig {
  name: string
  title: string | null
  /** where it is deployed by a door of its own */
  fleets: (DoorConfig & { environment: string; policy: PolicyConfig })[]
}

export interface ForgeConfig {
  name: string
  kind: 'github' | 'gitea' | 'forgejo'
  url: string
  tokenEnv: string | null
}

export interface RegistryConfig {
  name: string
  url: string
  usernameEnv: string | null
  passwordEnv: string | null
  /** token services that may be sent the credentials, besides the registry's own host */
  realms: string[]
}

export interface DeployConfig {
  /** the component that is deployed; by default of the deploy's own name */
  component: string
  /** the forge whose workflow deploys it, where one does */
  forge: string | null
  /** the image tag of a commit: `<sha>`, `<sha7>` and `<version>` stand for what they say */
  tag: string
  policy: PolicyConfig
}

export interface GateConfig {
  name: string
  /** contexts that must be green; may be empty only where a suite is named */
  contexts: string[]
  /** the context of the end-to-end suite */
  suite: string | null
}

export interface ImageSetConfig {
  name: string
  component: string
  registry: string
  /** repositories in that registry, in the order in which they are moved */
  images: string[]
  /** `<sha7>` and `<sha>` stand for the commit */
  sourceTag: string
  destinationTag: string
  /** the branch whose green commits are promoted */
  branch: string
  gate: string | null
  /** by itself when the gate turns green */
  automatic: boolean
  /** the apply that follows a promotion */
  thenApply: { environment: string; policy: PolicyConfig } | null
  /** the destination tag is stale when it is older */
  staleAfterHours: number
}

export interface WebhookConfig {
  name: string
  sender: Sender | null
  /** one, or two while one is being replaced; the first one that is set signs the test line */
  secretEnvs: string[]
  /** owner/name; null for all */
  repos: string[] | null
  updates: HookUpdate[]
  relays: string[]
}

export const noPolicy: PolicyConfig = {
  batchSize: null,
  soakSeconds: null,
  onFailure: null,
  maxStragglers: null,
  requiresApproval: null,
  canary: null,
}

export const emptyConfiguration: Configuration = {
  environments: [],
  components: [],
  forges: [],
  registries: [],
  external: [],
  deploys: {},
  gates: [],
  imageSets: [],
  webhooks: [],
}
