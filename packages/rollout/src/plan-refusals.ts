import { isFullSha } from './order.ts'
import type { Direction, PlanInput } from './plan.ts'
import { agree, capitalised, named, tenants } from './words.ts'

/** Why a plan is refused: a stable code, the field it is about, what is wrong, and what would make it possible. */
export interface Refusal {
  code: RefusalCode
  field: string
  message: string
  remedy: string
}

export const refusalCodes = [
  'sha_not_full',
  'fleet_empty',
  'fleet_duplicate',
  'selection_empty',
  'selection_duplicate',
  'selection_unknown',
  'selection_not_enumerated',
  'nothing_eligible',
  'canary_unknown',
  'canary_not_selected',
  'canary_not_enumerated',
  'batch_size_invalid',
  'soak_invalid',
  'max_stragglers_invalid',
  'would_move_back',
  'order_unknown',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

export const largestBatchSize = 1000
export const longestSoakSeconds = 86_400

/** Every reason to refuse, in the order of `refusalCodes`; empty when the plan may be made. */
export function refusalsOf(input: PlanInput, moves: readonly { slug: string; direction: Direction }[]): Refusal[] {
  return [
    ...buildRefusals(input),
    ...targetRefusals(input),
    ...canaryRefusals(input),
    ...policyRefusals(input),
    ...orderRefusals(input, moves),
  ]
}

function buildRefusals({ sha }: PlanInput): Refusal[] {
  if (isFullSha(sha)) return []
  return [
    {
      code: 'sha_not_full',
      field: 'sha',
      message: 'The build is not named by its full commit.',
      remedy: 'Give all 40 characters of the commit.',
    },
  ]
}

function targetRefusals({ fleet, selection }: PlanInput): Refusal[] {
  if (fleet.length === 0) {
    return [
      {
        code: 'fleet_empty',
        field: 'fleet',
        message: 'The fleet is empty: there is no tenant to bring the build to.',
        remedy: 'Read the fleet from its control plane, then plan again.',
      },
    ]
  }
  const refusals: Refusal[] = []
  const twiceInFleet = duplicates(fleet.map(({ slug }) => slug))
  if (twiceInFleet.length > 0) {
    refusals.push({
      code: 'fleet_duplicate',
      field: 'fleet',
      message: `The fleet names ${tenants(twiceInFleet.length)} more than once: ${named(twiceInFleet)}.`,
      remedy: 'Read the fleet from its control plane again.',
    })
  }
  if (selection === null) {
    if (fleet.some(({ enumerated }) => enumerated)) return refusals
    refusals.push({
      code: 'nothing_eligible',
      field: 'fleet',
      message: `The last answer of the control plane left out ${fleet.length === 1 ? 'the only tenant' : `all ${tenants(fleet.length)}`}.`,
      remedy: 'Read the fleet from its control plane, then plan again.',
    })
    return refusals
  }
  if (selection.length === 0) {
    refusals.push({
      code: 'selection_empty',
      field: 'selection',
      message: 'No tenant is selected. An empty selection never means the whole fleet.',
      remedy: 'Select at least one tenant, or choose the whole fleet.',
    })
    return refusals
  }
  const twice = duplicates(selection)
  if (twice.length > 0) {
    refusals.push({
      code: 'selection_duplicate',
      field: 'selection',
      message: `The selection names ${tenants(twice.length)} more than once: ${named(twice)}.`,
      remedy: 'Name each tenant once.',
    })
  }
  const bySlug = new Map(fleet.map((target) => [target.slug, target]))
  const wanted = [...new Set(selection)]
  const strangers = wanted.filter((slug) => !bySlug.has(slug))
  if (strangers.length > 0) {
    refusals.push({
      code: 'selection_unknown',
      field: 'selection',
      message: `The fleet has no ${agree(strangers.length, 'tenant', 'tenants')} called ${named(strangers)}.`,
      remedy: 'Check the spelling, or read the fleet from its control plane again.',
    })
  }
  const missing = wanted.filter((slug) => bySlug.get(slug)?.enumerated === false)
  if (missing.length > 0) {
    refusals.push({
      code: 'selection_not_enumerated',
      field: 'selection',
      message: `The last answer of the control plane left out ${tenants(missing.length)} that ${agree(missing.length, 'is', 'are')} selected: ${named(missing)}.`,
      remedy: `Read the fleet again, or take ${agree(missing.length, 'it', 'them')} out of the selection.`,
    })
  }
  return refusals
}

function canaryRefusals({ canary, fleet, selection }: PlanInput): Refusal[] {
  if (canary === null || fleet.length === 0) return []
  const refuse = (code: RefusalCode, message: string, remedy: string): Refusal[] => [
    { code, field: 'canary', message, remedy },
  ]
  const target = fleet.find(({ slug }) => slug === canary)
  if (target === undefined) {
    return refuse(
      'canary_unknown',
      canary === ''
        ? 'The canary has no name.'
        : `The fleet has no tenant called ${canary}, so it cannot be the canary.`,
      'Choose a canary from the fleet, or none.',
    )
  }
  if (selection !== null && !selection.includes(canary)) {
    return refuse(
      'canary_not_selected',
      `The canary ${canary} is not among the selected tenants.`,
      `Add ${canary} to the selection, or choose another canary.`,
    )
  }
  if (!target.enumerated && selection === null) {
    return refuse(
      'canary_not_enumerated',
      `The last answer of the control plane left out the canary ${canary}.`,
      'Read the fleet again, or choose another canary.',
    )
  }
  return []
}

function policyRefusals({ batchSize, soakSeconds, maxStragglers }: PlanInput): Refusal[] {
  const refusals: Refusal[] = []
  if (!isWhole(batchSize, 1, largestBatchSize)) {
    refusals.push({
      code: 'batch_size_invalid',
      field: 'batchSize',
      message: 'The batch size is not a whole number from 1 to 1,000.',
      remedy: 'Choose how many tenants may be in progress at once.',
    })
  }
  if (!isWhole(soakSeconds, 0, longestSoakSeconds)) {
    refusals.push({
      code: 'soak_invalid',
      field: 'soakSeconds',
      message: 'The soak is not a whole number of seconds from 0 to 86,400.',
      remedy: 'Choose a soak of at most one day, or 0 for none.',
    })
  }
  if (!isWhole(maxStragglers, 0, Number.MAX_SAFE_INTEGER)) {
    refusals.push({
      code: 'max_stragglers_invalid',
      field: 'maxStragglers',
      message: 'The straggler budget is not a whole number from 0.',
      remedy: 'Choose how many tenants may fail, or 0 for none.',
    })
  }
  return refusals
}

function orderRefusals(input: PlanInput, moves: readonly { slug: string; direction: Direction }[]): Refusal[] {
  const refusals: Refusal[] = []
  const slugsGoing = (direction: Direction) =>
    moves.filter((move) => move.direction === direction).map(({ slug }) => slug)
  const back = slugsGoing('back')
  if (back.length > 0 && !input.allowDowngrade) {
    refusals.push({
      code: 'would_move_back',
      field: 'allowDowngrade',
      message: `${capitalised(tenants(back.length))} would move back to an older build: ${named(back)}.`,
      remedy: `Allow the downgrade, or take ${agree(back.length, 'it', 'them')} out of the selection.`,
    })
  }
  const unknown = slugsGoing('unknown')
  if (unknown.length > 0 && !input.allowUnknownOrder) {
    refusals.push({
      code: 'order_unknown',
      field: 'allowUnknownOrder',
      message: `${capitalised(tenants(unknown.length))} ${agree(unknown.length, 'runs', 'run')} a build whose place before or after this one is not known: ${named(unknown)}.`,
      remedy: `Publish the missing builds, or allow an unknown order.`,
    })
  }
  return refusals
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most
}

function duplicates(slugs: readonly string[]): string[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const slug of slugs) (seen.has(slug) ? twice : seen).add(slug)
  return [...twice]
}
