'use client'

import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Told } from '../../components/told.tsx'
import { Trouble } from '../../components/trouble.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { GateStatus } from './gate.tsx'
import { Journal } from './journal.tsx'
import classes from './promotions.module.css'

const lookAgainMs = 1_000

/** What a dry run has found, as soon as it is over. `onChecked`: whether the promotion itself may follow. */
export function DryRun({ id, onChecked }: { id: string; onChecked: (checked: boolean) => void }) {
  const trpc = useTRPC()
  const query = useQuery(
    trpc.promotions.get.queryOptions(
      { id },
      { refetchInterval: ({ state }) => (state.data?.settled ? false : lookAgainMs) },
    ),
  )
  const found = query.data
  const isFine = found?.settled === true && found.failure === null
  useEffect(() => onChecked(isFine), [isFine, onChecked])
  if (!found)
    return query.error ? (
      <Trouble error={query.error} retry={() => query.refetch()} />
    ) : (
      <SkeletonRows rows={2} height={54} />
    )
  if (!found.settled) {
    return <Notice tone="wait" shape="clock" title="The registry is being asked." role="status" />
  }
  const { failure, gate, warnings, override } = found
  const isHeld = gate !== null && gate.outcome !== 'pass' && override?.gate !== true
  return (
    <div className={classes.lines}>
      {failure ? (
        <Notice tone="bad" title={<Told text={failure.message} />} role="status">
          {failure.remedy}
        </Notice>
      ) : (
        <Notice tone="good" shape="check" title={<Told text={found.headline} />} role="status">
          The order is {found.order}.
        </Notice>
      )}
      {warnings.map((text) => (
        <Notice key={text} tone="person" shape="question" title={<Told text={text} />} />
      ))}
      {isHeld && (
        <Notice tone="person" shape="pause" title={`The gate ${gate.gate} would hold it.`}>
          <GateStatus gate={gate} />
        </Notice>
      )}
      {!failure && <Journal promotion={found} />}
    </div>
  )
}
