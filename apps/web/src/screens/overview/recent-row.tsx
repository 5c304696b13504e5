import type { ApplyRow } from '@rollcall/services'
import Link from 'next/link'
import { BuildTo } from '../../components/build.tsx'
import { ApplyStatus } from '../../components/state.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './overview.module.css'

/** One apply that has ended, on one line. */
export function RecentRow({ apply }: { apply: ApplyRow }) {
  return (
    <li className={classes.recent}>
      <ApplyStatus state={apply.state} settled={apply.settled} />
      <Link href={`/applies/${apply.id}`} className={classes.title}>
        <BuildTo component={apply.component} sha={apply.sha} environment={apply.environment} />
      </Link>
      <span className={`${classes.sentence} dim small`}>{apply.headline}</span>
      <span className={classes.age}>
        <Time at={apply.endedAt ?? apply.openedAt} />
      </span>
    </li>
  )
}
