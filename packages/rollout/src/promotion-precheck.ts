import type { OrderedBuild } from './order.ts'
import { type CurrentImage, type ImageOrder, namesSameCommit, orderOfSet } from './promotion-order.ts'
import type { PromotionFailure, PromotionTrigger } from './promotion-states.ts'
import { shortSha } from './words.ts'

/** What the registry says of one image before anything is moved. */
export interface ImageReading {
  repository: string
  source:
    | { state: 'found'; digest: string; mediaType: string; revision: string | null }
    | { state: 'missing' | 'unreadable' | 'refused'; message: string }
  destination:
    | { state: 'found'; digest: string; revision: string | null; because: string | null; unlabelled: boolean }
    | { state: 'absent' }
    | { state: 'unreadable' | 'refused'; message: string }
}

export interface PrecheckInput {
  sha: string
  trigger: PromotionTrigger
  sourceTags: readonly string[]
  destinationTag: string
  /** the build that is promoted; null when nobody published it here */
  build: OrderedBuild | null
  /** the digests that it was published with, by repository; empty where none were told */
  publishedDigests: Readonly<Record<string, string>>
  readings: readonly ImageReading[]
  /** the builds behind the revisions of the destinations, by revision */
  buildOf: (revision: string) => OrderedBuild | null
  /** a person decided that the order does not matter */
  passesOrder: boolean
  /** what each destination has to be; only an undo says so */
  expected: readonly (string | null)[] | null
}

export interface Precheck {
  failure: PromotionFailure | null
  order: ImageOrder
  warnings: string[]
}

type Finding = Omit<PromotionFailure, 'rule'> | null

/** Everything that keeps a promotion from beginning; the first that is found is told. Nothing has been moved then. */
const findings: readonly { rule: string; find: (input: PrecheckInput, order: ImageOrder) => Finding }[] = [
  { rule: 'nothing_to_promote', find: emptySet },
  { rule: 'registry_refused', find: refusedReading },
  { rule: 'source_missing', find: missingSource },
  { rule: 'registry_unreadable', find: unreadable },
  { rule: 'source_mismatch', find: mismatchedSource },
  { rule: 'undo_overtaken', find: overtakenUndo },
  { rule: 'diverged', find: divergedOrder },
  { rule: 'behind', find: behindOrder },
  { rule: 'order_unknown', find: unknownOrder },
]
export const precheckPrecedence: readonly string[] = findings.map(({ rule }) => rule)

/** Whether a promotion may begin, from what the registry says of all its images and what is known of its builds. */
export function judgePrecheck(input: PrecheckInput): Precheck {
  const order = orderOfSet(input.sha, input.build, input.readings.map(currentOf(input)))
  for (const { rule, find } of findings) {
    const found = find(input, order)
    if (found !== null) return { failure: { rule, ...found }, order, warnings: [] }
  }
  return { failure: null, order, warnings: warningsOf(input, order) }
}

function currentOf({ buildOf }: PrecheckInput) {
  return ({ repository, destination }: ImageReading): CurrentImage => {
    const found = destination.state === 'found' ? destination : null
    return {
      repository,
      exists: destination.state !== 'absent',
      revision: found?.revision ?? null,
      unlabelled: found?.unlabelled ?? false,
      because: found?.because ?? null,
      build: found?.revision ? buildOf(found.revision) : null,
    }
  }
}

function warningsOf({ sha, trigger }: PrecheckInput, { order, detail, unlabelled }: ImageOrder): string[] {
  if (trigger === 'undo' || order === 'ahead' || order === 'identical') return []
  if (unlabelled) return [`The order could not be checked: ${detail}.`]
  return [`A person decided that ${shortSha(sha)} may be moved although the order is ${order}: ${detail}.`]
}

function emptySet({ readings }: PrecheckInput): Finding {
  if (readings.length > 0) return null
  return { message: 'The set names no image.', remedy: 'Name its repositories under images in the configuration.' }
}

function refusedReading({ readings }: PrecheckInput): Finding {
  const remedy = 'Correct the registry, its credentials or its realms in the configuration, then promote again.'
  for (const { repository, source, destination } of readings)
    for (const one of [source, destination])
      if (one.state === 'refused') return { message: `${repository}: ${ended(one.message)}`, remedy, repository }
  return null
}

function missingSource({ readings, sourceTags }: PrecheckInput): Finding {
  for (const [index, { repository, source }] of readings.entries())
    if (source.state === 'missing')
      return {
        message: `There is no image ${repository}:${sourceTags[index] ?? ''}.`,
        remedy: 'Publish all images of this commit first; nothing is moved until every one of them is there.',
        repository,
      }
  return null
}

function unreadable({ readings }: PrecheckInput): Finding {
  const remedy = 'Promote again when the registry answers.'
  for (const { repository, source, destination } of readings)
    for (const one of [source, destination])
      if (one.state === 'unreadable')
        return { message: `${repository} could not be read: ${ended(one.message)}`, remedy, repository }
  return null
}

/** A source tag that says it is another commit, or that is not what was published, would promote a namesake. */
function mismatchedSource(input: PrecheckInput): Finding {
  if (input.passesOrder || input.trigger === 'undo') return null
  for (const [index, { repository, source }] of input.readings.entries()) {
    if (source.state !== 'found') continue
    const image = `${repository}:${input.sourceTags[index] ?? ''}`
    const published = input.publishedDigests[repository]
    const remedy = 'Look at who moved the source tag; an override of the order with a reason passes over it.'
    if (published !== undefined && published !== source.digest)
      return { message: `${image} is ${source.digest}, but ${published} was published.`, remedy, repository }
    if (source.revision !== null && !namesSameCommit(source.revision, input.sha))
      return { message: `${image} was built from ${shortSha(source.revision)} by its own label.`, remedy, repository }
  }
  return null
}

function overtakenUndo({ expected, readings, destinationTag }: PrecheckInput): Finding {
  if (expected === null) return null
  for (const [index, { repository, source, destination }] of readings.entries()) {
    const now = destination.state === 'found' ? destination.digest : null
    const wanted = source.state === 'found' ? source.digest : null
    if (now === (expected[index] ?? null) || now === wanted) continue
    return {
      message: `${repository}:${destinationTag} has been moved since, to ${now ?? 'nothing'}.`,
      remedy: 'Something newer stands there: promote the build that you want instead.',
      repository,
    }
  }
  return null
}

function divergedOrder(input: PrecheckInput, { order, detail }: ImageOrder): Finding {
  if (order !== 'diverged' || mayPassOrder(input)) return null
  return { message: `The commits have diverged: ${detail}.`, remedy: overrideRemedy }
}

function behindOrder(input: PrecheckInput, { order, detail }: ImageOrder): Finding {
  if (order !== 'behind' || mayPassOrder(input)) return null
  return {
    message: `It would go back: ${detail}.`,
    remedy: 'Promote a newer build; to go back on purpose, undo the promotion or override the order with a reason.',
  }
}

function unknownOrder(input: PrecheckInput, { order, detail, unlabelled }: ImageOrder): Finding {
  if (order !== 'unknown' || unlabelled || mayPassOrder(input)) return null
  return { message: `Nobody can tell whether this goes forward: ${detail}.`, remedy: overrideRemedy }
}

const overrideRemedy = 'Look at both commits, then promote with an override of the order and a reason.'

const mayPassOrder = ({ passesOrder, trigger }: PrecheckInput) => passesOrder || trigger === 'undo'

const ended = (text: string) => (/[.!?]$/.test(text) ? text : `${text || 'nobody knows why'}.`)
