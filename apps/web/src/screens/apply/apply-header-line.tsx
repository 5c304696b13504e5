import type { ApplyView } from '@rollcall/services'
import Link from 'next/link'
import { Arrow } from '../../components/build.tsx'
import { ApplyStatus } from '../../components/state.tsx'
import { formatCount } from '../../format/count.ts'
import { Sha } from '../../ui/sha.tsx'
import { Duration, Time } from '../../ui/time.tsx'

/** Status, what goes where, who opened it and when, and how many have proved it. */
export function ApplyHeaderLine({ apply }: { apply: ApplyView }) {
  const [most, ...others] = apply.from
  const parts = apply.total - apply.counts.skipped
  return (
    <>
      <ApplyStatus state={apply.state} settled={apply.settled} focusable />
      <span>
        {apply.component} <Sha sha={most?.sha ?? null} none="nothing" />
        {others.length > 0 && <span className="faint"> and {others.length} more</span>} <Arrow />{' '}
        <Sha sha={apply.sha} />
        {apply.tag !== '' && <span className="mono"> {apply.tag}</span>}
      </span>
      <Link className="link" href={`/fleet?environment=${apply.environment}&component=${apply.component}`}>
        {apply.environment}
      </Link>
      <span>
        opened by {apply.openedBy} <Time at={apply.openedAt} />
      </span>
      {apply.startedAt && (
        <span>
          {apply.endedAt ? 'took' : 'for'} <Duration from={apply.startedAt} to={apply.endedAt} />
        </span>
      )}
      <span>
        <b>{formatCount(apply.counts.completed)}</b> of {formatCount(parts)} proven
      </span>
    </>
  )
}
