'use client'

import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTRPC } from '../trpc/client.tsx'
import { Hint } from '../ui/hint.tsx'
import { noteServerTime, serverNow, useClock } from '../ui/now.ts'
import { toneClass } from '../ui/tone.ts'
import { useLive } from './live-room.tsx'
import { type LiveFacts, liveState } from './live-state.ts'
import classes from './live-strip.module.css'
import { polled } from './polled.ts'

const instant = (iso: string | null | undefined) => (iso ? Date.parse(iso) : null)

/** Says all the time how true the page is. Read aloud only when the kind of answer changes, not every second. */
export function LiveStrip() {
  const trpc = useTRPC()
  const { stream } = useLive()
  const { data, dataUpdatedAt, failureCount } = useQuery(trpc.live.status.queryOptions(undefined, polled))
  useEffect(() => {
    if (data) noteServerTime(data.asOf)
  }, [data])

  const factsAt = (now: number): LiveFacts => ({
    now,
    stream,
    // In the server's time, like `now`; the browser's clock says when the answer came.
    answeredAt: data ? dataUpdatedAt + (serverNow() - Date.now()) : null,
    failing: failureCount > 0,
    workerSeenAt: instant(data?.workerSeenAt),
    workerSilent: data?.workerSilent ?? false,
    sweptAt: instant(data?.sweptAt),
  })
  const packed = useClock((now) => JSON.stringify(liveState(factsAt(now))), '')
  const state = packed === '' ? null : (JSON.parse(packed) as ReturnType<typeof liveState>)
  if (state === null) return <span className={classes.live}>…</span>
  return (
    <Hint label={state.sentence}>
      {(bind) => (
        <button type="button" className={`${classes.live} ${toneClass(state.tone)}`} data-kind={state.kind} {...bind}>
          <i aria-hidden="true" />
          <span>{state.text}</span>
          <span className="visually-hidden">. {state.sentence}</span>
        </button>
      )}
    </Hint>
  )
}
