import type { OverviewView } from '@rollcall/services'
import Link from 'next/link'
import { ApplyActions } from '../../components/apply-actions.tsx'
import { BuildTo } from '../../components/build.tsx'
import { CountsBar } from '../../components/counts.tsx'
import { ApplyStatus } from '../../components/state.tsx'
import { Told } from '../../components/told.tsx'
import { applyWords, failureSentence } from '../../components/vocabulary.ts'
import { Button } from '../../ui/button.tsx'
import { Sha } from '../../ui/sha.tsx'
import { Time } from '../../ui/time.tsx'
import { toneClass } from '../../ui/tone.ts'
import classes from './overview.module.css'

/** One apply that goes nowhere until somebody decides: why, and the one thing to do next. */
export function WaitingCard({ apply }: { apply: OverviewView['waiting'][number] }) {
  const href = `/applies/${apply.id}`
  const approve = apply.actions.approve.allowed
  return (
    <li className={`${classes.card} ${toneClass(applyWords[apply.state].tone)}`}>
      <div className={classes.when}>
        <ApplyStatus state={apply.state} settled={apply.settled} />
        <span className="dim small">
          since <Time at={apply.waitingSince} form="age" />
        </span>
      </div>
      <div className={classes.what}>
        <Link href={href} className={classes.title}>
          <BuildTo component={apply.component} sha={apply.sha} environment={apply.environment} />
        </Link>
        <p className="dim">
          <Told text={apply.sentence} />
          {apply.firstFailure && (
            <>
              {' '}
              <span className="mono">{apply.firstFailure.slug}</span>: {failureSentence(apply.firstFailure.reason)}
            </>
          )}
        </p>
        {apply.startedAt && <CountsBar counts={apply.counts} height="thin" />}
        {approve && (
          <p className="faint small">
            plan <Sha sha={apply.planHash} /> · opened by {apply.openedBy}
          </p>
        )}
      </div>
      <div className={classes.do}>
        {approve ? (
          <>
            <Button href={href}>Review</Button>
            <ApplyActions apply={apply} only={['approve']} />
          </>
        ) : (
          <Button href={href} look="primary" label={`Review ${apply.component} to ${apply.environment}`}>
            Review
          </Button>
        )}
      </div>
    </li>
  )
}
