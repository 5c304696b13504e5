import type { FleetTarget } from '@rollcall/services'
import { VerdictStatus } from '../../components/state.tsx'
import { shortSha } from '../../format/sha.ts'
import { Time } from '../../ui/time.tsx'
import classes from './cell-card.module.css'

/** What is known about one tenant, in the space of a card: expected beside observed. */
export function CellCard({ target }: { target: FleetTarget }) {
  return (
    <div className={classes.card}>
      <div className={classes.head}>
        <span className="mono">{target.slug}</span>
        <VerdictStatus verdict={target.verdict} />
      </div>
      <p>{target.reason}</p>
      <dl>
        <dt>expected</dt>
        <dd className="mono">{target.expectedSha ? shortSha(target.expectedSha) : '—'}</dd>
        <dt>observed</dt>
        <dd className="mono">{target.observedSha ? shortSha(target.observedSha) : '—'}</dd>
        <dt>since</dt>
        <dd>{target.since ? <Time at={target.since} quiet /> : '—'}</dd>
        <dt>read</dt>
        <dd>{target.observedAt ? <Time at={target.observedAt} quiet /> : 'never'}</dd>
      </dl>
      {!target.enumerated && <p className={classes.left}>Not in the control plane's last list.</p>}
    </div>
  )
}
