export const batchStrategies = ['rolling', 'canary', 'blue_green'] as const
export type BatchStrategy = (typeof batchStrategies)[number]

/**
 * How many targets are behind after each batch: rolling goes by `parallelism`, canary by one and then `parallelism`,
 * blue_green takes all at once. A parallelism below one counts as one. No targets, no batches.
 */
export function batchEndIndexes(strategy: BatchStrategy, parallelism: number, targets: number): number[] {
  const step = Math.max(1, Math.floor(parallelism) || 1)
  const ends: number[] = []
  let end = 0
  while (end < targets) {
    const size = strategy === 'blue_green' ? targets : strategy === 'canary' && end === 0 ? 1 : step
    end = Math.min(targets, end + size)
    ends.push(end)
  }
  return ends
}
