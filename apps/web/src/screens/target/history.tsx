import type { TargetView } from '@rollcall/services'
import { Observed } from '../../components/observed.tsx'
import { formatDuration } from '../../format/time.ts'
import { useClock } from '../../ui/now.ts'
import { Duration, Time } from '../../ui/time.tsx'
import classes from './history.module.css'

type Interval = TargetView['components'][number]['history'][number]

interface HistoryProps {
  /** newest first */
  intervals: readonly Interval[]
  expectedSha: string | null
}

/** What it answered, from when to when: as a strip from the oldest to now, and as a list. */
export function History({ intervals, expectedSha }: HistoryProps) {
  const now = useClock((time) => Math.floor(time / 10_000) * 10_000, 0)
  const inks = inksOf(intervals, expectedSha)
  const lengthOf = ({ fromAt, toAt }: Interval) => Math.max(1, (toAt ? Date.parse(toAt) : now) - Date.parse(fromAt))
  return (
    <div className={classes.history}>
      <div className={classes.strip} aria-hidden="true">
        {[...intervals].reverse().map((interval) => (
          <i
            key={interval.fromAt}
            className={classes.ink}
            data-ink={inks(interval)}
            style={{ flexGrow: Math.sqrt(lengthOf(interval)) }}
          />
        ))}
      </div>
      <ol aria-label="What it answered, newest first">
        {intervals.slice(0, 12).map((interval) => (
          <li key={interval.fromAt}>
            <i className={classes.ink} data-ink={inks(interval)} aria-hidden="true" />
            <span className={classes.what}>
              <Observed kind={interval.kind} sha={interval.sha} quiet={false} />
              {(interval.detail ?? interval.reason) && (
                <span className="faint"> {interval.detail ?? interval.reason?.replaceAll('_', ' ')}</span>
              )}
            </span>
            <span className="dim">
              <Time at={interval.fromAt} />
            </span>
            <span className={classes.length}>
              {interval.toAt === null ? (
                <>
                  for <Duration from={interval.fromAt} to={null} />
                </>
              ) : (
                `for ${formatDuration(lengthOf(interval))}`
              )}
            </span>
          </li>
        ))}
      </ol>
      {intervals.length > 12 && <p className="faint small">and {intervals.length - 12} older answers</p>}
    </div>
  )
}

/** The expected build is green, other builds are inks in turn, anything that is no build is grey or red. */
function inksOf(intervals: readonly Interval[], expectedSha: string | null) {
  const others = [...new Set(intervals.flatMap(({ sha }) => (sha && sha !== expectedSha ? sha : [])))]
  return ({ kind, sha }: Interval): string => {
    if (sha !== null) return sha === expectedSha ? 'expected' : String(others.indexOf(sha) % 3)
    return kind === 'unreachable' ? 'silent' : 'wrong'
  }
}
