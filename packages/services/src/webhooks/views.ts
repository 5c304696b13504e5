import type { Iso } from '../views.ts'

/**
 * `accepted`: it is stored, and what it asks for is done later or has been done · `ignored`: a rule made it nothing ·
 * `refused`: not proven to be its sender's, and counted only
 */
export const deliveryVerdicts = ['accepted', 'ignored', 'refused'] as const
export type DeliveryVerdictWord = (typeof deliveryVerdicts)[number]

/** How far it is: an accepted one waits to be handled, was handled, or could not be. */
export const deliveryStates = ['waiting', 'handled', 'failed', 'ignored', 'refused'] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** What a delivery led to, as it was then: an update in its state, or a check. `known`: it had been told before · `late`: its source has counted further already. */
export type DeliveryEffect =
  | { kind: 'update'; id: string; outcome: string; message: string }
  | {
      kind: 'check'
      id: string
      outcome: 'written' | 'known' | 'late'
      sha: string
      context: string
      status: string
    }

export interface DeliveryRow {
  id: string
  endpoint: string
  receivedAt: Iso
  sender: string | null
  event: string | null
  /** the sender's own id of it */
  deliveryId: string | null
  verdict: DeliveryVerdictWord
  state: DeliveryState
  /** of an ignored or refused one: the rule, and what it means */
  rule: string | null
  message: string | null
  bodyBytes: number
  /** how often it came besides; of a refused one, how many others of its kind came within the minute */
  repeats: number
  repeatedAt: Iso | null
  handledAt: Iso | null
  effects: DeliveryEffect[]
  failure: string | null
  replayOfId: string | null
  settled: boolean
  headline: string
}

export interface DeliveryView extends DeliveryRow {
  /** those that say who sent what; none that proves anything */
  headers: Record<string, string>
  /** foreign text, cut; null where none was kept */
  body: string | null
  bodyCut: boolean
  /** it is kept, and only told to whoever may read all environments */
  bodyHidden: boolean
  bodyHash: string | null
  replays: { id: string; receivedAt: Iso; state: DeliveryState }[]
  /** whether it can be replayed, and why not */
  canReplay: boolean
  replayRefusal: string | null
}

export interface EndpointView {
  name: string
  /** whom it is for; null: anybody who knows the secret */
  sender: string | null
  path: string
  /** environment variables of the web process, and whether each of them holds anything */
  secrets: { name: string; isSet: boolean }[]
  /** owner/name; null: all */
  repos: string[] | null
  listensTo: string[]
  /** deliveries of the last 24 hours; each stops counting at `countCap` */
  counts: { accepted: number; ignored: number; refused: number; repeats: number }
  countCap: number
  lastAt: Iso | null
  lastVerdict: DeliveryVerdictWord | null
  /** for a shell that has the variable: signs a harmless delivery and sends it */
  testLine: string
}

export interface EndpointsView {
  items: EndpointView[]
  asOf: Iso
}
