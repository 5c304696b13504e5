import { z } from 'zod'
import type { BuildsSource } from './published-builds.ts'

export const slugSchema = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'is not a slug')
export const shaSchema = z.string().regex(/^[0-9a-f]{40}$/, 'is not a full lower-case commit id')
export const tagSchema = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, 'is not an image tag')
export const tenantSchema = z.object({ slug: slugSchema, sha: shaSchema.nullish().transform((sha) => sha ?? null) })

export interface EnvironmentConfig {
  name: string
  /** Held in memory in this process instead of one process per tenant. */
  light: boolean
  /** In rollout order; `sha` is what a tenant runs from the start, null = nothing yet. */
  tenants: { slug: string; sha: string | null }[]
}

export interface Timing {
  /** How long a stalling call hangs before it is answered with 504. */
  stallSeconds: number
  /** How long a slow tenant takes to come up. */
  slowSeconds: number
  /** How long the edge still shows the old build of a slow tenant after its success. */
  edgeCacheSeconds: number
  /** How long a new process may take to become healthy. */
  healthSeconds: number
  /** After how long without a control plane a tenant ends by itself; 0 = never. */
  orphanSeconds: number
  /** How long a light tenant takes to be redeployed. */
  lightDelayMs: number
}

export interface RegistryConfig {
  /** a port of its own: clients of registries look for `/v2/` at the root */
  port: number
  account: { username: string; password: string }
}

export interface ForgeConfig {
  /** what callers of its API must know */
  token: string
  /** where it tells what happened, and what it signs that with; null: it tells nobody */
  hook: { url: string; secret: string } | null
}

export interface DemoConfig {
  host: string
  port: number
  stateFolder: string
  token: string
  environments: EnvironmentConfig[]
  timing: Timing
  builds?: BuildsSource | null
  registry?: RegistryConfig | null
  forge?: ForgeConfig | null
}
