import type { ApplyFacts } from './facts.ts'
import type { Gate } from './gate.ts'
import type { Standing } from './standing.ts'
import type { ApplyState } from './states.ts'
import { agree, capitalised, inWords, shortSha, tenants } from './words.ts'

interface Scene {
  facts: ApplyFacts
  standing: Standing
  gate: Gate
  n: Standing['operations']['counts']
  /** tenants that take part: all but the skipped ones */
  parts: number
  sha: string
}

/** One sentence about the world: what is true now, with numbers. */
export function headlineOf(facts: ApplyFacts, standing: Standing, gate: Gate): string {
  const n = standing.operations.counts
  const scene: Scene = { facts, standing, gate, n, parts: standing.total - n.skipped, sha: shortSha(facts.sha) }
  return headlines[standing.state](scene)
}

const headlines = {
  pending: (scene) => {
    const held = firstHold(scene, 'lane', 'newer_took_over', 'stopping', 'empty')
    return (
      held ?? `Ready to start: ${tenants(scene.n.pending)} ${agree(scene.n.pending, 'waits', 'wait')} for ${scene.sha}.`
    )
  },
  awaiting_approval: ({ n, sha }) =>
    `Waiting for approval: ${tenants(n.pending)} ${agree(n.pending, 'is', 'are')} to get ${sha}.`,
  running: (scene) =>
    firstHold(scene, 'newer_took_over', 'stopping', 'lane', 'approval') ??
    canaryHeadline(scene) ??
    `Running: ${progress(scene)}.`,
  running_degraded: (scene) =>
    firstHold(scene, 'newer_took_over', 'stopping', 'lane', 'approval') ??
    `Running with failures: ${tenants(scene.n.failed)} failed, ${progress(scene, true)}.`,
  paused: (scene) => {
    const { n, standing } = scene
    const held = firstHold(scene, 'newer_took_over', 'stopping')
    if (held !== null) return held
    const behind =
      n.pending > 0
        ? `${inWords(n.pending)} ${agree(n.pending, 'waits', 'wait')} behind ${agree(n.failed, 'it', 'them')}`
        : `${inWords(standing.inFlight)} ${agree(standing.inFlight, 'is', 'are')} still in progress`
    return `Paused: ${tenants(n.failed)} failed, ${behind}.`
  },
  completed: (scene) => `Completed: ${proven(scene)}.${skipped(scene)}`,
  completed_with_stragglers: (scene) =>
    `Completed with stragglers: ${proven(scene)}, ${inWords(scene.n.failed)} failed within the budget of ${inWords(scene.facts.maxStragglers)}.${skipped(scene)}`,
  failed: (scene) => {
    const { n, standing, sha, facts } = scene
    if (n.failed === 0) return `Failed: no tenant has proved that it runs ${sha}.`
    if (standing.inFlight > 0) {
      return `Failed: ${tenants(n.failed)} failed, ${inWords(standing.inFlight)} ${agree(standing.inFlight, 'is', 'are')} still in progress.`
    }
    if (n.pending > 0) {
      return `Failed: ${tenants(n.failed)} failed, ${inWords(n.pending)} ${agree(n.pending, 'was', 'were')} not started.`
    }
    if (facts.onNewBuild === 0) return `Failed: ${tenants(n.failed)} failed, none runs ${sha}.`
    return `Failed: ${inWords(n.failed)} of ${tenants(scene.parts)} failed, ${inWords(facts.onNewBuild)} ${agree(facts.onNewBuild, 'runs', 'run')} ${sha}.`
  },
  stopped: (scene) =>
    scene.standing.started ? `Stopped: ${outcome(scene, scene.n.stopped, 'stopped')}.` : 'Stopped before it started.',
  cancelled: (scene) => {
    if (scene.standing.derivedBy === 'only_skipped') return 'Cancelled: every tenant was skipped.'
    return scene.standing.started
      ? `Cancelled: ${outcome(scene, scene.n.cancelled, 'cancelled')}.`
      : 'Cancelled before it started.'
  },
  rolled_back: (scene) => `Rolled back: ${outcome(scene, scene.n.rolled_back, 'restored')}.`,
  rejected: () => 'Rejected: nothing was started.',
  superseded: () => 'Superseded before it started: a newer apply took its place.',
} as const satisfies Record<ApplyState, (scene: Scene) => string>

function firstHold({ gate }: Scene, ...kinds: readonly string[]): string | null {
  return gate.holds.find(({ kind }) => kinds.includes(kind))?.text ?? null
}

function canaryHeadline({ facts, gate, n, sha }: Scene): string | null {
  const slug = facts.canary?.slug
  const wait = `${inWords(n.pending)} ${agree(n.pending, 'waits', 'wait')}`
  if (gate.rule === 'soaking') return `Soaking: the canary ${slug} runs ${sha}, ${wait}.`
  if (gate.rule === 'canary_in_flight') return `Canary first: ${slug} is in progress, ${wait}.`
  if (gate.rule === 'canary_unproven') return firstHoldText(gate)
  return null
}

function firstHoldText(gate: Gate): string | null {
  return gate.holds[0]?.text ?? null
}

function progress({ n, parts, standing }: Scene, short = false): string {
  const of = short ? `of ${inWords(parts)}` : `of ${tenants(parts)}`
  const done = `${inWords(n.completed) === 'no' ? 'none' : inWords(n.completed)} ${of} ${agree(n.completed, 'is', n.completed === 0 ? 'is' : 'are')} done`
  if (standing.inFlight === 0) return `${done}, none in progress`
  return `${done}, ${inWords(standing.inFlight)} in progress`
}

/** How much of the fleet has proved that it runs the build. */
function proven({ facts, parts, sha }: Scene): string {
  const { onNewBuild } = facts
  if (onNewBuild < parts) {
    return `${inWords(onNewBuild)} of ${tenants(parts)} ${agree(onNewBuild, 'runs', 'run')} ${sha}`
  }
  return parts === 1 ? `the only tenant runs ${sha}` : `all ${tenants(parts)} run ${sha}`
}

function skipped({ n }: Scene): string {
  return n.skipped === 0 ? '' : ` ${capitalised(tenants(n.skipped))} ${agree(n.skipped, 'was', 'were')} skipped.`
}

function outcome({ facts, parts, sha }: Scene, count: number, participle: string): string {
  const on = facts.onNewBuild
  const run =
    on === 0
      ? `none of ${tenants(parts)} runs ${sha}`
      : `${inWords(on)} of ${tenants(parts)} ${agree(on, 'runs', 'run')} ${sha}`
  return count === 0 ? run : `${run}, ${inWords(count)} ${agree(count, 'was', 'were')} ${participle}`
}
