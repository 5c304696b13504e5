'use client'

import { useDocumentVisibility } from '@mantine/hooks'
import { skipToken, useQueryClient } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { useTRPC } from '../trpc/client.tsx'
import { needsSignIn } from '../trpc/error.ts'
import { makeRefresher } from './refresher.ts'

interface Focus {
  applyId: string
  seq: number
}

interface Live {
  stream: 'open' | 'connecting' | 'closed'
  /** One apply is being looked at: its own changes are followed instead of everybody's. */
  follow: (focus: Focus | null) => void
  /** What was asked has changed the world: read what is on screen again. */
  news: () => void
}

const LiveContext = createContext<Live>({ stream: 'closed', follow: () => undefined, news: () => undefined })

export const useLive = () => useContext(LiveContext)

/**
 * Keeps what is on screen true while somebody looks: one event stream per tab, closed while the tab is hidden, and
 * everything is read again on return. A stream only says "look again"; losing one is harmless, a poll lies underneath.
 */
export function LiveRoom({ children }: { children: ReactNode }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const visible = useDocumentVisibility() !== 'hidden'
  const [focus, follow] = useState<Focus | null>(null)
  const refresher = useMemo(() => makeRefresher(queryClient), [queryClient])
  useEffect(() => refresher.stop, [refresher])

  // Coming back, everything is read again, and the stream goes on behind the last change that was heard.
  const wasHidden = useRef(false)
  const heard = useRef(0)
  useEffect(() => {
    if (visible && wasHidden.current) {
      refresher.news()
      follow((known) => known && { ...known, seq: Math.max(known.seq, heard.current) })
    }
    wasHidden.current = !visible
  }, [visible, refresher])

  // who has been signed out elsewhere is told by the stream first: any question leads to the page where one signs in
  const onError = (error: unknown) => {
    if (needsSignIn(error)) void queryClient.invalidateQueries()
  }
  const world = useSubscription(
    trpc.live.watch.subscriptionOptions(visible && focus === null ? undefined : skipToken, {
      onData: refresher.news,
      onError,
    }),
  )
  const one = useSubscription(
    trpc.applies.watch.subscriptionOptions(
      visible && focus !== null ? { id: focus.applyId, lastEventId: String(focus.seq) } : skipToken,
      {
        onData: (change) => {
          heard.current = Number(change.id)
          refresher.news()
        },
        onError,
      },
    ),
  )
  const status = focus === null ? world.status : one.status
  const stream = !visible || status === 'idle' ? 'closed' : status === 'pending' ? 'open' : 'connecting'

  // A subscription that ended with an error does not come back by itself.
  const reset = focus === null ? world.reset : one.reset
  useEffect(() => {
    if (status !== 'error') return
    const timer = setTimeout(reset, 3000)
    return () => clearTimeout(timer)
  }, [status, reset])

  const live = useMemo<Live>(
    () => ({
      stream,
      follow: (next) => {
        heard.current = next?.seq ?? 0
        follow(next)
      },
      news: refresher.news,
    }),
    [stream, refresher],
  )
  return <LiveContext value={live}>{children}</LiveContext>
}

/** Follows the changes of one apply while the screen is open, from the number that the screen already shows. */
export function useFollowApply(applyId: string, seq: number | undefined) {
  const { follow } = useLive()
  const known = seq !== undefined
  const first = useRef(seq ?? 0)
  first.current = seq ?? first.current
  useEffect(() => {
    if (!known) return
    follow({ applyId, seq: first.current })
    return () => follow(null)
  }, [applyId, known, follow])
}
