import type { Verdict } from '@rollcall/rollout'
import type { OverviewView } from '@rollcall/services'
import Link from 'next/link'
import { VerdictBar } from '../../components/counts.tsx'
import { SweepNote } from '../../components/sweep-note.tsx'
import { verdictOrder, verdictWords } from '../../components/vocabulary.ts'
import { formatCount, formatShare } from '../../format/count.ts'
import { Sha } from '../../ui/sha.tsx'
import { Status } from '../../ui/status.tsx'
import { BuildsBar } from './builds-bar.tsx'
import classes from './fleet-row.module.css'

type Fleet = OverviewView['environments'][number]

const fleetHref = (fleet: Fleet, verdict?: Verdict) => {
  const search = new URLSearchParams({ environment: fleet.slug })
  if (fleet.component) search.set('component', fleet.component)
  if (verdict) search.set('verdict', verdict)
  return `/fleet?${search}`
}

/** One fleet: how many are proven fresh, what is wrong with the others, which builds it runs, and how old that is. */
export function FleetRow({ fleet, rankOf }: { fleet: Fleet; rankOf: (sha: string) => number }) {
  const fresh = fleet.verdicts.fresh
  const exceptions = verdictOrder.filter((verdict) => verdict !== 'fresh' && fleet.verdicts[verdict] > 0)
  return (
    <li className={classes.fleet}>
      <div className={classes.name}>
        <Link href={fleetHref(fleet)}>{fleet.name}</Link>
        {fleet.component && <span className="faint small">{fleet.component}</span>}
      </div>
      <div className={classes.figure}>
        <span className={classes.big} data-all={(fleet.total > 0 && fresh === fleet.total) || undefined}>
          {formatCount(fresh)}
        </span>
        <span className="dim small">
          of {formatCount(fleet.total)} fresh, {formatShare(fresh, fleet.total)}
        </span>
      </div>
      <div className={classes.body}>
        <VerdictBar verdicts={fleet.verdicts} />
        <div className={classes.exceptions}>
          {exceptions.length === 0 ? (
            <span className="faint small">
              {fleet.total === 0 ? 'No tenant is known here yet.' : 'Every tenant answers with the expected build.'}
            </span>
          ) : (
            exceptions.map((verdict) => (
              <Link key={verdict} href={fleetHref(fleet, verdict)} className={classes.exception}>
                <Status
                  tone={verdictWords[verdict].tone}
                  shape={verdictWords[verdict].shape}
                  word={`${formatCount(fleet.verdicts[verdict])} ${verdictWords[verdict].word}`}
                />
              </Link>
            ))
          )}
        </div>
      </div>
      <div className={classes.builds}>
        <BuildsBar builds={fleet.builds} rankOf={rankOf} />
        <ul>
          {fleet.builds.slice(0, 3).map(({ sha, targets }) => (
            <li key={sha}>
              <i className={classes.ink} data-rank={rankOf(sha)} aria-hidden="true" />
              <Sha sha={sha} />
              <span className="dim">{formatCount(targets)}</span>
            </li>
          ))}
          {fleet.builds.length > 3 && <li className="faint">and {fleet.builds.length - 3} more builds</li>}
        </ul>
        <SweepNote {...fleet} />
      </div>
    </li>
  )
}
