import { compareBuilds, type OrderedBuild } from './order.ts'
import { shortSha } from './words.ts'

/** What the commit to be promoted is, seen from the commit that the tag is now. */
export const commitOrders = ['ahead', 'identical', 'behind', 'diverged', 'unknown'] as const
export type CommitOrder = (typeof commitOrders)[number]

/** What follows from it when nobody has decided otherwise. */
export const orderDecisions = {
  ahead: 'go',
  identical: 'nothing_to_move',
  behind: 'refuse',
  diverged: 'refuse',
  unknown: 'explicit_decision',
} as const satisfies Record<CommitOrder, string>

/** The order of a set is the first of these that one of its images has. */
export const orderPrecedence = ['diverged', 'behind', 'unknown', 'ahead', 'identical'] as const satisfies CommitOrder[]

/** What a destination tag is now: its commit by the label, and the build of that commit where it was published here. */
export interface CurrentImage {
  repository: string
  /** false: there is no such tag yet */
  exists: boolean
  revision: string | null
  /** the image carries no label at all, so nobody could know */
  unlabelled: boolean
  /** why the commit is not known */
  because: string | null
  build: OrderedBuild | null
}

export interface ImageOrder {
  order: CommitOrder
  detail: string
  /** `unknown` only because there is no label: allowed with a warning */
  unlabelled: boolean
}

/** Two commits where either may be named by its first seven digits or more. */
export function namesSameCommit(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return false
  const length = Math.min(a.length, b.length)
  return length >= 7 && a.slice(0, length).toLowerCase() === b.slice(0, length).toLowerCase()
}

/** Null: there is no such tag yet, so there is nothing to compare with. */
export function orderOfImage(sha: string, build: OrderedBuild | null, current: CurrentImage): ImageOrder | null {
  const { exists, revision, unlabelled, because, repository } = current
  if (!exists) return null
  const told = (order: CommitOrder, detail: string) => ({ order, detail, unlabelled: false })
  if (revision === null) {
    const detail = `${repository}: ${because ?? 'nobody can tell which commit it is'}`
    return { order: 'unknown', detail, unlabelled }
  }
  const now = shortSha(revision)
  if (namesSameCommit(revision, sha)) return told('identical', `${repository} is ${now} already`)
  if (build === null) return told('unknown', `${shortSha(sha)} was not published here, so its order is not known`)
  if (current.build === null) return told('unknown', `${repository} is ${now}, which was not published here`)
  const order = compareBuilds(build, current.build)
  if (order === 'newer') return told('ahead', `${repository} is ${now}, which is older`)
  if (order === 'older') return told('behind', `${repository} is ${now}, which is newer than ${shortSha(sha)}`)
  if (order === 'same') return told('identical', `${repository} is ${now} already`)
  return build.branch === current.build.branch
    ? told('unknown', `${repository} is ${now}, published at the same time`)
    : told('diverged', `${repository} is ${now} of branch ${current.build.branch}, not of ${build.branch}`)
}

/** The order of the whole set: the most cautious of its images. */
export function orderOfSet(sha: string, build: OrderedBuild | null, current: readonly CurrentImage[]): ImageOrder {
  const known = current.flatMap((image) => orderOfImage(sha, build, image) ?? [])
  if (known.length === 0) return { order: 'ahead', detail: 'there is no such tag yet', unlabelled: false }
  const order = orderPrecedence.find((one) => known.some((image) => image.order === one)) ?? 'unknown'
  const deciding = known.filter((image) => image.order === order)
  const first = deciding.find((image) => !image.unlabelled) ?? deciding[0]
  return {
    order,
    detail: first?.detail ?? 'the order is not known',
    unlabelled: deciding.length > 0 && deciding.every((image) => image.unlabelled),
  }
}
