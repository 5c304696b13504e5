import type { TargetView } from '@rollcall/services'
import Link from 'next/link'
import { VerdictStatus } from '../../components/state.tsx'
import { Section } from '../../ui/section.tsx'
import { Sha } from '../../ui/sha.tsx'
import { Time } from '../../ui/time.tsx'
import { History } from './history.tsx'
import classes from './target.module.css'

/** Expected beside observed, with the age of both, then every build it was seen with. */
export function ComponentAnswer({ answer }: { answer: TargetView['components'][number] }) {
  const { component, current, history } = answer
  return (
    <Section title={component} aside={<VerdictStatus verdict={current.verdict} focusable />}>
      <div className={classes.pair}>
        <div>
          <h3>Expected</h3>
          <p className={classes.sha}>
            <Sha sha={current.expectedSha} none="nothing" />
          </p>
          <p className="dim small">
            {current.applyId ? (
              <>
                asked for by{' '}
                <Link className="link mono" href={`/applies/${current.applyId}`}>
                  {current.applyId}
                </Link>
              </>
            ) : (
              'No apply has asked for a build here.'
            )}
          </p>
        </div>
        <div>
          <h3>Observed</h3>
          <p className={classes.sha}>
            <Sha sha={current.observedSha} none="no build" />
          </p>
          <p className="dim small">
            {current.observedAt ? (
              <>
                read <Time at={current.observedAt} />
                {current.since && (
                  <>
                    {' · so since '}
                    <Time at={current.since} form="age" />
                  </>
                )}
              </>
            ) : (
              'It was never asked.'
            )}
          </p>
          <p className="small">{current.reason}</p>
        </div>
      </div>
      {history.length > 0 && <History intervals={history} expectedSha={current.expectedSha} />}
    </Section>
  )
}
