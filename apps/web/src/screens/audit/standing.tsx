'use client'

import type { AuditStanding } from '@rollcall/services'
import { useQuery } from '@tanstack/react-query'
import { troubleOf } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './audit.module.css'

/** So many rows are read in a second, so the page has them read by itself. */
const readBySelf = 20_000

/** How far the record can be trusted: what is sealed, whether the chain holds, who could change it. */
export function Standing() {
  const trpc = useTRPC()
  const standing = useQuery(trpc.audit.standing.queryOptions(undefined, polled))
  const data = standing.data
  const verdict = useQuery(
    trpc.audit.verify.queryOptions(
      {},
      {
        enabled: data !== undefined && data.sealed > 0 && data.sealed <= readBySelf && data.verified === null,
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
      },
    ),
  )
  if (!data) return null
  const verify = () => verdict.refetch().then(() => standing.refetch())
  const first = verdict.data?.first?.text ?? data.verified?.text ?? null
  return (
    <div className={classes.standing}>
      <p className={classes.line}>
        <Chain data={data} broken={first !== null} known={verdict.data !== undefined || data.verified !== null} />
        <span>
          {plural(data.sealed, 'row')} sealed
          {data.lastSealedAt !== null && (
            <>
              , the last one <Time at={data.lastSealedAt} />
            </>
          )}
        </span>
        {data.unsealed > 0 && (
          <span>{plural(data.unsealed, 'newer one waits', 'newer ones wait')} for a worker’s seal</span>
        )}
        {data.isProtected && <span>Rollcall itself may only add to it</span>}
        <Button small look="quiet" busy={verdict.isFetching} onClick={verify}>
          {verdict.isFetching ? 'Reading the chain' : 'Read the whole chain'}
        </Button>
        {data.verified !== null && (
          <span className={classes.quiet}>
            read <Time at={data.verified.at} />
          </span>
        )}
      </p>
      {first !== null && (
        <Notice tone="bad" title="The record was tampered with." role="alert">
          {first} Everything before it is as it was when it was sealed.
        </Notice>
      )}
      {verdict.error && <Notice tone="bad" title={troubleOf(verdict.error).message} role="status" />}
      {data.remedy !== null && (
        <Notice tone="person" shape="question" title="Rollcall could change its own record here.">
          {data.remedy}
        </Notice>
      )}
    </div>
  )
}

function Chain({ data, broken, known }: { data: AuditStanding; broken: boolean; known: boolean }) {
  if (broken) return <Status tone="bad" shape="cross" word="the chain is broken" />
  if (data.sealed === 0) return <Status tone="none" shape="clock" word="nothing is sealed yet" />
  return known ? (
    <Status tone="good" shape="check" word="the chain holds" />
  ) : (
    <Status tone="none" shape="clock" word="the chain was not read yet" />
  )
}
