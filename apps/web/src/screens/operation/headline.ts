import type { OperationView } from '@rollcall/services'
import { shortSha } from '../../format/sha.ts'

type Told = Pick<OperationView, 'slug' | 'state' | 'phase' | 'toSha' | 'observedSha' | 'observedKind' | 'claim'>

/** One sentence about one tenant: what it is known to run, or what is being done about it. */
export function headlineOf(operation: Told): string {
  const { slug, toSha } = operation
  const sha = shortSha(toSha)
  switch (operation.state) {
    case 'completed':
      return `${slug} has proved that it runs ${sha}.`
    case 'failed':
      return `${slug} failed: ${seen(operation)}`
    case 'failed_retryable':
      return `${slug} will be tried again by itself.`
    case 'running':
      return running[operation.phase ?? 'verifying'](slug, sha)
    case 'pending':
      return `${slug} waits for its turn to get ${sha}.`
    case 'rolled_back':
      return `${slug} was brought back from ${sha}.`
    case 'stopped':
      return `${slug} was left as it is: the apply was stopped.`
    case 'cancelled':
      return `${slug} was left as it is: the apply was cancelled.`
    case 'skipped':
      return `${slug} was skipped by a person.`
  }
}

const running = {
  deploying: (slug: string, sha: string) => `${slug} is being brought to ${sha}.`,
  settling: (slug: string, sha: string) => `${slug} is said to run ${sha}; it has not answered so yet.`,
  verifying: (slug: string) => `${slug} is being asked what it runs.`,
}

function seen({ observedSha, observedKind, claim }: Told): string {
  const still = observedSha
    ? `it answers ${shortSha(observedSha)}.`
    : observedKind
      ? `it answers nothing usable (${observedKind.replaceAll('_', ' ')}).`
      : 'it was not seen with the build.'
  return claim !== null && /^success/i.test(claim) ? `success was claimed, but ${still}` : still
}
