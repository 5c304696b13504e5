/**
 * The lane of an external component: one update at a time for each component and environment, so that a burst for one
 * never pushes out what waits for another. Neither part can hold the separator.
 */
export function laneOf(deployName: string, environment: string): string {
  return `external/${environment}/${deployName}`
}

/**
 * The concurrency group of a receiver run: per component and ref. A group that an operator names is put in front; it
 * never takes the place of the component, because one group for all makes the forge drop what waits for the others.
 */
export function concurrencyGroup(deployName: string, ref: string, operatorGroup: string | null = null): string {
  const lane = `rollcall-external-${deployName}-${ref}`
  return operatorGroup === null ? lane : `${operatorGroup}-${lane}`
}

export interface LaneEntry {
  id: string
  /** Order of arrival; the highest is the newest. */
  order: number
}

export type Admission = { place: 'running' | 'pending'; superseded: string[] } | { place: 'superseded'; by: string }

/**
 * Where a newcomer of a lane stands: it runs when the lane is free, else it waits and takes the place of whatever older
 * was waiting. An older one that comes late is superseded itself. Superseded is an outcome of its own, never a failure.
 */
export function admit(running: string | null, waiting: readonly LaneEntry[], incoming: LaneEntry): Admission {
  const newer = waiting.find(({ order }) => order > incoming.order)
  if (newer !== undefined) return { place: 'superseded', by: newer.id }
  const superseded = waiting.map(({ id }) => id)
  return { place: running === null ? 'running' : 'pending', superseded }
}
