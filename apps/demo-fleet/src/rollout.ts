import type { Deployed } from './deploy.ts'
import type { RedeployRequest } from './redeploy-request.ts'

export interface Turn {
  phase: string
  slugs: string[]
}

/** Who of `scope` comes when: the canary alone, then the others in order. A canary that is not there is ignored. */
export function planTurns(request: RedeployRequest, scope: readonly string[]): Turn[] {
  const canary = request.canarySlug !== null && scope.includes(request.canarySlug) ? request.canarySlug : null
  const rest = scope.filter((slug) => slug !== canary)
  const turns: Turn[] = canary === null ? [] : [{ phase: 'canary', slugs: [canary] }]
  for (let at = 0; at < rest.length; at += request.batchSize) {
    turns.push({ phase: `batch-${at / request.batchSize + 1}`, slugs: rest.slice(at, at + request.batchSize) })
  }
  return turns
}

export interface RolloutResult {
  ok: boolean
  deployed: Deployed[]
  stragglers: string[]
  /** Slugs whose turn never came. */
  notReached: string[]
}

/** Canary, soak, batches; stops before the next turn once more than `maxStragglers` targets have failed. */
export async function runTurns(
  turns: readonly Turn[],
  request: Pick<RedeployRequest, 'soakSeconds' | 'maxStragglers'>,
  deploy: (slug: string, phase: string) => Promise<Deployed>,
  soak: (seconds: number) => Promise<void>,
): Promise<RolloutResult> {
  const deployed: Deployed[] = []
  const stragglers: string[] = []
  let done = 0
  for (const turn of turns) {
    const results = await Promise.all(turn.slugs.map((slug) => deploy(slug, turn.phase)))
    deployed.push(...results)
    stragglers.push(...results.filter((result) => result.failed).map((result) => result.perSlug.slug))
    done += 1
    if (stragglers.length > request.maxStragglers) break
    if (turn.phase === 'canary' && done < turns.length && request.soakSeconds > 0) await soak(request.soakSeconds)
  }
  const ok = stragglers.length <= request.maxStragglers
  return { ok, deployed, stragglers, notReached: turns.slice(done).flatMap((turn) => turn.slugs) }
}
