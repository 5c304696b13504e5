import type { UpdateView } from '@rollcall/services'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { ApplyStatus } from '../../components/state.tsx'
import { formatCount } from '../../format/count.ts'
import { Sha } from '../../ui/sha.tsx'
import { Time } from '../../ui/time.tsx'
import { RunLink } from '../updates/updates-table.tsx'
import classes from './update.module.css'

/** Planned, recorded, attempted, observed: four facts that are never one badge. */
export function FourFacts({ update }: { update: UpdateView }) {
  const { record, apply, deploys, openRefusal, run } = update
  return (
    <div className={classes.four}>
      <Fact name="Planned" note={howOf[deploys]}>
        <p className={classes.big}>
          {deploys === 'record_only'
            ? 'nothing'
            : apply
              ? 'an apply'
              : openRefusal
                ? 'not yet'
                : record
                  ? 'soon'
                  : 'nothing'}
        </p>
        {openRefusal && (
          <p className="dim small">
            {openRefusal.message} {openRefusal.remedy}
          </p>
        )}
      </Fact>
      <Fact name="Recorded" note={record && `by ${record.recordedBy}, revision ${formatCount(record.revision)}`}>
        {record === null ? (
          <p className={classes.big}>not</p>
        ) : (
          <>
            <p className={classes.big}>{record.version ?? <Sha sha={record.sha} />}</p>
            <p className="dim small">
              {record.version !== null && (
                <>
                  <Sha sha={record.sha} />,{' '}
                </>
              )}
              <Time at={record.recordedAt} />
            </p>
          </>
        )}
      </Fact>
      <Fact name="Attempted" note={apply && run && <>run {<RunLink run={run} />}</>}>
        {apply === null ? (
          <p className={classes.big}>never</p>
        ) : (
          <>
            <p className={classes.big}>
              <ApplyStatus state={apply.state} settled={apply.settled} focusable />
            </p>
            <p className="small">
              <Link className="link" href={`/applies/${apply.id}`}>
                The apply
              </Link>{' '}
              <span className="dim">{apply.headline}</span>
            </p>
          </>
        )}
      </Fact>
      <Fact name="Observed" note="by the targets themselves">
        <p className={classes.big}>
          {apply === null ? 'nothing' : `${formatCount(apply.onNewBuild)} of ${formatCount(apply.total)}`}
        </p>
        {apply !== null && <p className="dim small">{apply.total === 1 ? 'target runs' : 'targets run'} this commit</p>}
      </Fact>
    </div>
  )
}

const howOf = {
  record_only: 'recorded only: its deploy did not opt in',
  control_plane: 'through a control plane',
  workflow: 'by a run on its forge',
  in_run: "in the sender's own run",
} as const satisfies Record<UpdateView['deploys'], string>

function Fact({ name, note, children }: { name: string; note: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={name}>
      <h2>{name}</h2>
      {children}
      {note && <p className={classes.note}>{note}</p>}
    </section>
  )
}
