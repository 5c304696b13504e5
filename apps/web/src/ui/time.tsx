'use client'

import { exactTimes, formatAge, formatClock, formatDuration, formatRelative } from '../format/time.ts'
import classes from './copyable.module.css'
import { Hint } from './hint.tsx'
import { useClock } from './now.ts'
import { useCopy } from './use-copy.ts'

interface TimeProps {
  at: string
  /** `relative`: 12 s ago. `age`: 12 s, for columns whose head says age. `clock`: 20:58:13. */
  form?: 'relative' | 'age' | 'clock'
  /** Not a stop for the keyboard, in dense lists whose rows lead to a page with the exact time. */
  quiet?: boolean
}

const forms = {
  relative: formatRelative,
  age: (moment: number, now: number) => formatAge(now - moment),
  clock: formatClock,
}

/**
 * A moment as people say it, kept current; the exact one (local, UTC, ISO) on hover and focus, and a press copies the
 * ISO form.
 */
export function Time({ at, form = 'relative', quiet = false }: TimeProps) {
  const moment = Date.parse(at)
  const text = useClock((now) => forms[form](moment, now), '…')
  const { copied, copy } = useCopy()
  const exact = exactTimes(at)
  const label = (
    <dl className={classes.exact}>
      <dt>local</dt>
      <dd>{exact.local}</dd>
      <dt>UTC</dt>
      <dd>{exact.utc}</dd>
      <dt>ISO</dt>
      <dd className="mono">{exact.iso}</dd>
      {!quiet && <dd className={classes.does}>{copied ? 'Copied.' : 'Press to copy the ISO form.'}</dd>}
    </dl>
  )
  return (
    <Hint label={label}>
      {(bind) =>
        quiet ? (
          <time className="nowrap" dateTime={at} {...bind}>
            {text}
          </time>
        ) : (
          <button
            type="button"
            className={classes.copyable}
            aria-label={`${text}, ${exact.local}; copy`}
            onClick={() => copy(exact.iso)}
            {...bind}
          >
            <time dateTime={at}>{text}</time>
          </button>
        )
      }
    </Hint>
  )
}

/** How long something took, or has taken until now while `to` is null. */
export function Duration({ from, to }: { from: string; to: string | null }) {
  const start = Date.parse(from)
  const text = useClock((now) => formatDuration((to === null ? now : Date.parse(to)) - start), '…')
  return <span className="nowrap">{text}</span>
}
