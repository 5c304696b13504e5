'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { Trouble, troubleOf } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { useLive } from '../../live/live-room.tsx'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Section } from '../../ui/section.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { toastDone, toastRefused } from '../../ui/toast.ts'
import { SessionsTable } from '../people/sessions-table.tsx'

/** Where one is signed in oneself; each but this one can be ended from here. */
export function OwnSessions() {
  const trpc = useTRPC()
  const { news } = useLive()
  const query = useQuery(trpc.account.sessions.queryOptions(undefined, polled))
  const end = useMutation(
    trpc.account.endSession.mutationOptions({
      onSuccess: () => toastDone('The session has ended.'),
      onError: (error) => {
        const { message, remedy } = troubleOf(error)
        toastRefused(message, remedy)
      },
      onSettled: news,
    }),
  )
  const rows = query.data
  return (
    <Section title="Where you are signed in" note={rows && plural(rows.length, 'session')}>
      {query.error ? (
        <Trouble error={query.error} retry={() => query.refetch()} />
      ) : rows === undefined ? (
        <SkeletonRows rows={2} height={58} />
      ) : (
        <SessionsTable
          rows={rows}
          ending={end.isPending ? (end.variables?.id ?? null) : null}
          onEnd={({ id }) => end.mutate({ id })}
        />
      )}
    </Section>
  )
}
