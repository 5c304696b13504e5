import type { Registry, RegistryClient } from '@rollcall/registry-client'
import type { PromotionLimits } from '@rollcall/rollout'
import type { Context, PromotionDrive } from '@rollcall/services'
import type { Registries } from './registries.ts'

/** What the driver of promotions is given. */
export interface PromoteDeps {
  ctx: Context
  /** who drives, for the record */
  driver: string
  registries: Registries
  limits?: PromotionLimits
  /** for one request to a registry. Default 20 s */
  timeoutMs?: number
  /** waits between two tries; rejects when `signal` asks to hand over */
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

/** One promotion in the hands of one driver, and the door to its registry. */
export interface Drive {
  deps: PromoteDeps
  promotion: PromotionDrive
  client: RegistryClient
  registry: Registry
}

/** This driver was told to make room, or lost its promotion: somebody else goes on from the journal. */
export class Replaced extends Error {}

export const ask = ({ timeoutMs = 20_000 }: PromoteDeps) => ({ timeoutMs })
