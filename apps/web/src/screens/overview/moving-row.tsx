import type { ApplyRow } from '@rollcall/services'
import Link from 'next/link'
import { BuildTo } from '../../components/build.tsx'
import { CountsBar } from '../../components/counts.tsx'
import { ApplyStatus } from '../../components/state.tsx'
import { formatCount } from '../../format/count.ts'
import { Duration, Time } from '../../ui/time.tsx'
import classes from './overview.module.css'

/** One apply on its way, as a bar. */
export function MovingRow({ apply }: { apply: ApplyRow }) {
  const parts = apply.total - apply.counts.skipped
  return (
    <li className={classes.row}>
      <div className={classes.when}>
        <ApplyStatus state={apply.state} settled={apply.settled} />
        <span className="dim small">
          {formatCount(apply.counts.completed)} of {formatCount(parts)} proven
        </span>
      </div>
      <div className={classes.what}>
        <Link href={`/applies/${apply.id}`} className={classes.title}>
          <BuildTo component={apply.component} sha={apply.sha} environment={apply.environment} />
        </Link>
        <CountsBar counts={apply.counts} height="thin" />
        <p className="dim small">{apply.headline}</p>
      </div>
      <div className={classes.age}>
        {apply.startedAt ? <Duration from={apply.startedAt} to={apply.endedAt} /> : <Time at={apply.openedAt} />}
      </div>
    </li>
  )
}
