import type { Iso } from '../views.ts'

/** What a line is about, to lead there. */
export interface SinceSubject {
  type: 'apply' | 'promotion' | 'update' | 'alert' | 'environment' | 'audit'
  id: string
}

export interface SinceItem {
  /** when it was; of what waits, since when; of what happens next, when it will be */
  at: Iso
  text: string
  subject: SinceSubject
  environment: string | null
  by: string | null
  reason: string | null
}

export interface SinceSection {
  items: SinceItem[]
  /** so many more there are than are listed */
  more: number
}

/** What somebody who comes back has to know, in the order in which it matters. */
export interface SinceView {
  since: Iso
  /** asked: that time was given · visit: since this person's last visit · day: the last 24 hours */
  rule: 'asked' | 'visit' | 'day'
  asOf: Iso
  /** for whom what waits was chosen */
  person: string
  /** only what this person may do */
  waits: SinceSection
  failed: SinceSection
  overridden: SinceSection
  finished: SinceSection
  next: SinceSection
  /** attempts that were refused, those of the same kind by the same actor together */
  refused: { actor: string; action: string; times: number }[]
  /** what waits for somebody else */
  waitsForOthers: number
  /** nothing finished, failed, was overruled or waits */
  quiet: boolean
}
