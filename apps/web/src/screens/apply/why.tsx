import type { ApplyView } from '@rollcall/services'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Told } from '../../components/told.tsx'
import { verbTexts } from '../../components/verbs.ts'
import { applyWords, failureSentence } from '../../components/vocabulary.ts'
import { Sha } from '../../ui/sha.tsx'
import { Time } from '../../ui/time.tsx'
import { type Tone, toneClass } from '../../ui/tone.ts'
import classes from './why.module.css'

/** Why it is so, what holds it and until when, and what each possible verb would set off. */
export function Why({ apply }: { apply: ApplyView }) {
  const { because, heldBy, firstFailure, nextActions } = apply
  // The first failure has a line of its own, with the way to it.
  const clauses = because.filter(({ rule }) => rule !== 'first_failure' || firstFailure === null)
  // While nothing waits for anybody, how to end it is not an answer to anything.
  const held = heldBy.some(({ person }) => person)
  const unblocks = held ? nextActions : nextActions.filter(({ verb }) => verb !== 'stop' && verb !== 'cancel')
  return (
    <div className={`${classes.why} ${toneClass(toneOf(apply))}`}>
      <Line name="Why">
        <Told text={clauses.map(({ text }) => text).join(' ')} />
      </Line>
      {heldBy.map((hold) => (
        <Line key={`${hold.kind}-${hold.by}`} name={hold.person ? 'Waits for a person' : 'Waits'}>
          <Told text={hold.text} />
          {hold.until && (
            <>
              {' '}
              Ends <Time at={hold.until} />.
            </>
          )}
          {hold.by?.startsWith('apl_') && (
            <>
              {' '}
              <Link className="link" href={`/applies/${hold.by}`}>
                Look at it
              </Link>
            </>
          )}
        </Line>
      ))}
      {firstFailure && (
        <Line name="First failure">
          <Link className="link mono" href={`/applies/${apply.id}/operations/${firstFailure.operationId}`}>
            {firstFailure.slug}
          </Link>
          : {failureSentence(firstFailure.reason)}
          {firstFailure.observedSha && (
            <>
              {' '}
              It answers <Sha sha={firstFailure.observedSha} />.
            </>
          )}
          {firstFailure.detail !== '' && <span className={classes.detail}>{firstFailure.detail}</span>}
        </Line>
      )}
      <Decision apply={apply} />
      {unblocks.length > 0 && (
        <div className={classes.unblock}>
          <span className={classes.name}>{held ? 'What unblocks it' : 'What can be done'}</span>
          <ul>
            {unblocks.map(({ verb, label }) => (
              <li key={verb}>
                <b>{label}</b> {verbTexts[verb].effect}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

/** What a person said when it was rejected or cancelled, or which apply took its place. */
function Decision({ apply }: { apply: ApplyView }) {
  if (apply.rejectedReason) {
    return (
      <Line name={`${apply.rejectedBy ?? 'Somebody'} said`}>
        <q>{apply.rejectedReason}</q>
      </Line>
    )
  }
  if (apply.cancelReason) {
    return (
      <Line name="Reason">
        <q>{apply.cancelReason}</q>
      </Line>
    )
  }
  if (apply.supersededBy) {
    return (
      <Line name="Taken over by">
        <Link className="link mono" href={`/applies/${apply.supersededBy}`}>
          {apply.supersededBy}
        </Link>
      </Line>
    )
  }
  return null
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <p className={classes.line}>
      <span className={classes.name}>{name}</span>
      <span className={classes.text}>{children}</span>
    </p>
  )
}

function toneOf(apply: ApplyView): Tone {
  if (apply.heldBy.some(({ person }) => person)) return apply.state === 'failed' ? 'bad' : 'person'
  if (apply.heldBy.length > 0 && apply.state === 'pending') return 'wait'
  return applyWords[apply.state].tone
}
