import type { AttemptView, OperationView } from '@rollcall/services'
import { VerdictStatus } from '../../components/state.tsx'
import { Sha } from '../../ui/sha.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './operation.module.css'

/** What was said, and beside it what was seen. They are never mixed, and only the right one can prove anything. */
export function SaidAndSeen({ operation, attempt }: { operation: OperationView; attempt: AttemptView | null }) {
  const { claim, claimDetail, claimedAt, observedKind, observedSha, observedAt, verdict } = operation
  return (
    <div className={classes.pair}>
      <section aria-labelledby="claimed">
        <h2 id="claimed">Claimed</h2>
        <p className={classes.big}>{claim ? claim.replaceAll('_', ' ') : 'nothing yet'}</p>
        <p className="dim small">
          {claimedAt ? (
            <>
              by the control plane, <Time at={claimedAt} />
              {attempt?.claimHttpStatus && ` · HTTP ${attempt.claimHttpStatus}`}
              {attempt?.claimTransport && ` · ${attempt.claimTransport.replaceAll('_', ' ')}`}
            </>
          ) : (
            'The control plane has not answered.'
          )}
        </p>
        {claimDetail && <p className={`${classes.detail} mono`}>{claimDetail}</p>}
      </section>
      <section aria-labelledby="observed">
        <h2 id="observed">Observed</h2>
        <p className={classes.big}>
          {observedSha ? <Sha sha={observedSha} /> : observedKind ? observedKind.replaceAll('_', ' ') : 'nothing yet'}
        </p>
        <p className="dim small">
          {observedAt ? (
            <>
              by the tenant itself, <Time at={observedAt} />
            </>
          ) : (
            'The tenant has not been asked.'
          )}
        </p>
        {verdict && <VerdictStatus verdict={verdict} focusable />}
        {attempt?.observedDetail && <p className={`${classes.detail} mono`}>{attempt.observedDetail}</p>}
      </section>
    </div>
  )
}
