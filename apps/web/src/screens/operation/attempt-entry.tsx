import type { AttemptView } from '@rollcall/services'
import { failureSentence } from '../../components/vocabulary.ts'
import { plural } from '../../format/count.ts'
import { between, formatDuration } from '../../format/time.ts'
import { Sha } from '../../ui/sha.tsx'
import { Status } from '../../ui/status.tsx'
import { Duration, Time } from '../../ui/time.tsx'
import classes from './operation.module.css'

/** One try: the steps it took with the time between them, and how it ended. */
export function AttemptEntry({ attempt }: { attempt: AttemptView }) {
  return (
    <li className={classes.attempt}>
      <div className={classes.number}>
        <b>{attempt.number}</b>
        <Outcome attempt={attempt} />
      </div>
      <ol className={classes.steps}>
        <Step name="started" at={attempt.startedAt} after={null} />
        <Step
          name="asked"
          at={attempt.askedAt}
          after={between(attempt.startedAt, attempt.askedAt)}
          missing="not asked: looking came first"
        />
        <Step
          name="claimed"
          at={attempt.claimedAt}
          after={between(attempt.askedAt, attempt.claimedAt)}
          missing={attempt.askedAt ? 'no answer' : null}
        >
          {attempt.claim?.replaceAll('_', ' ')}
        </Step>
        <Step
          name="observed"
          at={attempt.observedAt}
          after={between(attempt.claimedAt ?? attempt.startedAt, attempt.observedAt)}
          missing="not seen"
        >
          {attempt.observedSha ? <Sha sha={attempt.observedSha} /> : attempt.observedKind?.replaceAll('_', ' ')}
          {attempt.looks > 1 && <span className="faint"> after {plural(attempt.looks, 'look')}</span>}
        </Step>
      </ol>
      <div className={classes.end}>
        <span>
          {attempt.endedAt ? 'took' : 'for'} <Duration from={attempt.startedAt} to={attempt.endedAt} />
        </span>
        {!attempt.endedAt && attempt.settleUntil && (
          <span>
            gives up <Time at={attempt.settleUntil} quiet />
          </span>
        )}
        {attempt.driver && <span className="faint mono">{attempt.driver}</span>}
      </div>
      {attempt.failureReason && (
        <p className={classes.why}>
          {failureSentence(attempt.failureReason)}
          {attempt.failureDetail && <span className="mono"> {attempt.failureDetail}</span>}
        </p>
      )}
    </li>
  )
}

function Outcome({ attempt }: { attempt: AttemptView }) {
  if (attempt.endedAt === null) return <Status tone="move" shape="ring" word="in progress" />
  if (attempt.outcome === 'completed') return <Status tone="good" shape="check" word="proven" />
  if (attempt.outcome === 'failed') return <Status tone="bad" shape="cross" word="failed" />
  return <Status tone="none" shape="slash" word={attempt.outcome?.replaceAll('_', ' ') ?? 'given up'} />
}

interface StepProps {
  name: string
  at: string | null
  after: number | null
  missing?: string | null
  children?: React.ReactNode
}

function Step({ name, at, after, missing, children }: StepProps) {
  return (
    <li data-missing={at === null || undefined}>
      <span className={classes.step}>{name}</span>
      <span className={classes.said}>{at === null ? <span className="faint">{missing ?? '—'}</span> : children}</span>
      <span className={classes.at}>
        {at !== null && <Time at={at} form="clock" quiet />}
        {after !== null && <span className="faint"> {after < 1000 ? 'at once' : `+${formatDuration(after)}`}</span>}
      </span>
    </li>
  )
}
