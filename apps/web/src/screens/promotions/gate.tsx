import type { GateView } from '@rollcall/services'
import { Status, type StatusProps } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './promotions.module.css'

type Outcome = GateView['outcome']
type Look = Pick<StatusProps, 'tone' | 'shape' | 'word'>

const outcomeLooks = {
  pass: { tone: 'good', shape: 'check', word: 'lets it through' },
  wait: { tone: 'wait', shape: 'clock', word: 'waits' },
  hold: { tone: 'person', shape: 'pause', word: 'holds' },
  defer: { tone: 'none', shape: 'slash', word: 'says nothing' },
  fail: { tone: 'bad', shape: 'cross', word: 'failed' },
  refused: { tone: 'bad', shape: 'slash', word: 'refuses' },
} as const satisfies Record<Outcome, Look>

const stateLooks = {
  success: { tone: 'good', shape: 'check', word: 'success' },
  failure: { tone: 'bad', shape: 'cross', word: 'failure' },
  cancelled: { tone: 'none', shape: 'slash', word: 'cancelled' },
  skipped: { tone: 'none', shape: 'skip', word: 'skipped' },
  pending: { tone: 'wait', shape: 'clock', word: 'pending' },
  missing: { tone: 'wait', shape: 'dash', word: 'missing' },
  unknown: { tone: 'person', shape: 'question', word: 'unknown' },
} as const satisfies Record<GateView['contexts'][number]['state'], Look>

export function GateStatus({ gate }: { gate: GateView }) {
  return <Status {...outcomeLooks[gate.outcome]} sentence={gate.because[0]} />
}

/** What a gate asks for and what each of it said, and when that was looked at. */
export function GateContexts({ gate }: { gate: GateView }) {
  const all = [...gate.contexts, ...(gate.suite ? [gate.suite] : [])]
  return (
    <ul className={classes.checks}>
      {all.map((one) => (
        <li key={one.context} className={classes.check}>
          <Status {...stateLooks[one.state]} />
          <span>
            {one.url ? (
              <a className="link" href={one.url} rel="noreferrer" target="_blank">
                {one.context}
              </a>
            ) : (
              one.context
            )}
          </span>
          <span className={classes.said}>{one.at ? <Time at={one.at} /> : 'nobody has reported on it'}</span>
        </li>
      ))}
    </ul>
  )
}
