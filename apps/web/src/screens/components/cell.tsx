import type { ComponentCell } from '@rollcall/services'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { ApplyStatus } from '../../components/state.tsx'
import { Told } from '../../components/told.tsx'
import { formatCount, plural } from '../../format/count.ts'
import { Nothing } from '../../ui/nothing.tsx'
import { Sha } from '../../ui/sha.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { applyHref, fleetHref } from './links.ts'
import classes from './matrix.module.css'

interface CellProps {
  cell: ComponentCell
  component: string
}

/** Four facts, a line each in its own words, and a sentence about them: never one badge for all. */
export function Cell({ cell, component }: CellProps) {
  const { environment, planned, recorded, attempted, observed, sentence } = cell
  const place = { component, environment }
  return (
    <div className={classes.cell}>
      <dl>
        <Line name="planned">
          {planned === null ? (
            <Nothing text="nothing" />
          ) : planned.state === null ? (
            <Link href={`/updates/${planned.updateId}`}>
              <Status tone="wait" shape="clock" word="to be opened" sentence={planned.text} />
            </Link>
          ) : (
            <Link href={`/applies/${planned.applyId}`}>
              <ApplyStatus state={planned.state} settled={false} />
            </Link>
          )}
          {planned !== null && <Sha sha={planned.sha} quiet />}
        </Line>
        <Line name="recorded">
          {recorded === null ? (
            <Nothing text="nothing" />
          ) : (
            <>
              <Link
                className="link"
                href={recorded.updateId ? `/updates/${recorded.updateId}` : applyHref(place, recorded.sha)}
              >
                {recorded.version ?? <Sha sha={recorded.sha} quiet />}
              </Link>
              {recorded.version !== null && <Sha sha={recorded.sha} quiet />}
              <span className="faint">
                <Time at={recorded.at} quiet /> by {recorded.by}
              </span>
            </>
          )}
        </Line>
        <Line name="attempted">
          {attempted === null ? (
            <Nothing text="never" />
          ) : (
            <>
              <Link href={`/applies/${attempted.applyId}`}>
                <ApplyStatus state={attempted.state} settled={attempted.settled} />
              </Link>
              <Sha sha={attempted.sha} quiet />
              <span className="faint">{claimsOf(attempted)}</span>
            </>
          )}
        </Line>
        <Line name="observed">
          <Observed observed={observed} href={fleetHref(place)} />
        </Line>
      </dl>
      <p className={classes.sentence}>
        <Told text={sentence} />
      </p>
    </div>
  )
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** What was said, in the words of those who said it. */
function claimsOf({ claims, total }: NonNullable<ComponentCell['attempted']>): string {
  const [first, ...others] = claims
  if (!first) return 'no claim'
  const more = others.length > 0 ? `, ${plural(others.length, 'other claim')}` : ''
  return `claimed “${first.claim}” ${formatCount(first.operations)} of ${formatCount(total)}${more}`
}

function Observed({ observed, href }: { observed: ComponentCell['observed']; href: string }) {
  const { tenants, builds, silent, neverSeen, askable, asOf, old } = observed
  const [most, ...others] = builds
  const unheard = Object.values(silent).reduce((sum, count) => sum + count, 0)
  if (tenants === 0) return <Nothing text="no tenant" />
  if (!askable) return <Nothing text="nobody is asked" />
  return (
    <>
      <Link className="link" href={href}>
        {most ? `${formatCount(most.tenants)} of ${formatCount(tenants)}` : `none of ${formatCount(tenants)}`}
      </Link>
      {most && (
        <>
          <span>on</span> <Sha sha={most.sha} quiet />
        </>
      )}
      {others.length > 0 && <span className="faint">{plural(others.length, 'other build')}</span>}
      {unheard + neverSeen > 0 && <span className="faint">{formatCount(unheard + neverSeen)} without an answer</span>}
      {asOf !== null && (
        <span className="faint">
          <Time at={asOf} quiet />
          {old && ', too old to be believed'}
        </span>
      )}
    </>
  )
}
