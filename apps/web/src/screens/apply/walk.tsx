import type { OperationRow } from '@rollcall/services'
import { formatDuration } from '../../format/time.ts'
import { useClock } from '../../ui/now.ts'
import { type Tone, toneClass } from '../../ui/tone.ts'
import classes from './walk.module.css'
import { type Axis, walkOf } from './walk-of.ts'

interface WalkProps {
  operation: OperationRow
  /** All rows share one, so that the order of the rollout is seen. */
  axis: Axis
}

const endTone: Partial<Record<OperationRow['state'], Tone>> = {
  completed: 'good',
  failed: 'bad',
  rolled_back: 'bad',
  running: 'move',
  failed_retryable: 'wait',
}

/** When this tenant was asked for, until it claimed, until it was proven or not, on the time axis of the apply. */
export function Walk({ operation, axis }: WalkProps) {
  const { from, to } = axis
  const still = operation.endedAt !== null || operation.startedAt === null
  // Two seconds are finer than a pixel of most applies; a finished walk on a finished axis never moves.
  const now = useClock((time) => (to !== null && still ? 0 : Math.floor(time / 2000) * 2000), 0)
  const walk = walkOf(operation, from, to, now)
  if (walk === null) return <div className={classes.axis} />
  const spoken = [
    walk.deployMs === null ? null : `deploy ${formatDuration(walk.deployMs)}`,
    `settle and verify ${formatDuration(walk.verifyMs)}`,
  ]
    .filter((part) => part !== null)
    .join(', ')
  return (
    <div className={classes.axis} role="img" aria-label={spoken}>
      {walk.deploy && (
        <i
          className={`${classes.deploy} ${toneClass('move')}`}
          style={{ left: pc(walk.deploy[0]), width: pc(walk.deploy[1]) }}
        />
      )}
      <i
        className={`${classes.verify} ${toneClass(endTone[operation.state] ?? 'none')}`}
        data-open={operation.endedAt === null || undefined}
        style={{ left: pc(walk.verify[0]), width: pc(walk.verify[1]) }}
      />
    </div>
  )
}

const pc = (share: number) => `${(share * 100).toFixed(2)}%`
