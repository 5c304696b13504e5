import type { RecordItem, RedeployItem } from '@rollcall/demo-fleet/testing'
import { shaOfTag } from './builds.ts'

interface Call {
  slug: string
  tag: string
  /** place in the record */
  beganAt: number
  /** null while it is not answered, or when the control plane was killed meanwhile */
  endedAt: number | null
  answer: RedeployItem | null
}

/** What really happened, as the fleet itself wrote it down; the worker has no hand in it. */
export class CallRecord {
  readonly items: readonly RecordItem[]

  constructor(items: readonly RecordItem[]) {
    this.items = items
  }

  /** Redeploy calls that came in, dry runs left out, oldest first. */
  calls(slug?: string): Call[] {
    const answers = new Map<string, RecordItem & RedeployItem>()
    for (const item of this.items) if (item.kind === 'redeploy' && !item.dryRun) answers.set(item.callId, item)
    return this.items.flatMap((item) => {
      if (item.kind !== 'received') return []
      const answer = answers.get(item.callId) ?? null
      return (item.slugs ?? ['*'])
        .filter((asked) => slug === undefined || asked === slug)
        .map((asked) => ({ slug: asked, tag: item.tag, beganAt: item.seq, endedAt: answer?.seq ?? null, answer }))
    })
  }

  /** Calls that asked for a build after the edge had shown that very build on that target: what must never happen. */
  needless(): string[] {
    const shown = new Map<string, string>()
    const needless: string[] = []
    for (const item of this.items) {
      if (item.kind === 'served') shown.set(item.slug, item.sha)
      if (item.kind !== 'received') continue
      for (const slug of item.slugs ?? []) {
        if (shown.get(slug) === shaOfTag(item.tag)) needless.push(`${slug} was asked for ${item.tag} again`)
      }
    }
    return needless
  }

  /** Calls for one target that were under way at the same time: what must never happen. */
  overlapping(): string[] {
    const underWay = new Map<string, string>()
    const found: string[] = []
    for (const item of this.items) {
      if (item.kind === 'received') {
        for (const slug of item.slugs ?? []) {
          if (underWay.has(slug)) found.push(`${slug} was asked while an earlier call was under way`)
          underWay.set(slug, item.callId)
        }
      } else if (item.kind === 'redeploy') {
        for (const slug of item.slugs ?? []) if (underWay.get(slug) === item.callId) underWay.delete(slug)
      }
    }
    return found
  }

  /** The most targets that were being redeployed at the same time. */
  widest(): number {
    let now = 0
    let widest = 0
    const open = new Set<string>()
    for (const item of this.items) {
      if (item.kind === 'received') {
        open.add(item.callId)
        now += item.slugs?.length ?? 0
        widest = Math.max(widest, now)
      } else if (item.kind === 'redeploy' && open.delete(item.callId)) now -= item.slugs?.length ?? 0
    }
    return widest
  }

  /** When the edge first showed `sha` on `slug`, as a place in the record; null when it never did. */
  shown(slug: string, sha: string): number | null {
    return this.items.find((item) => item.kind === 'served' && item.slug === slug && item.sha === sha)?.seq ?? null
  }
}
