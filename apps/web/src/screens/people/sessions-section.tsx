'use client'

import type { PersonRow } from '@rollcall/services'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Trouble, troubleOf } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { useLive } from '../../live/live-room.tsx'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Section } from '../../ui/section.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { toastDone, toastRefused } from '../../ui/toast.ts'
import { SessionsTable } from './sessions-table.tsx'

/** Where a person is signed in, for whoever may end it. */
export function PersonSessions({ person }: { person: PersonRow }) {
  const trpc = useTRPC()
  const { news } = useLive()
  const query = useQuery(trpc.people.sessions.queryOptions({ personId: person.id }, polled))
  const onError = (error: unknown) => {
    const { message, remedy } = troubleOf(error)
    toastRefused(message, remedy)
  }
  const options = { onSettled: news, onError }
  const end = useMutation(
    trpc.people.endSession.mutationOptions({ ...options, onSuccess: () => toastDone('The session has ended.') }),
  )
  const endAll = useMutation(
    trpc.people.endSessions.mutationOptions({
      ...options,
      onSuccess: ({ ended }) => toastDone(`${plural(ended, 'session')} ended.`),
    }),
  )
  const rows = query.data
  return (
    <Section
      title="Sessions"
      note={rows && plural(rows.length, 'session')}
      aside={
        rows &&
        rows.length > 1 && (
          <Button small busy={endAll.isPending} onClick={() => endAll.mutate({ personId: person.id })}>
            End all {rows.length}
          </Button>
        )
      }
    >
      {query.error ? (
        <Trouble error={query.error} retry={() => query.refetch()} />
      ) : rows === undefined ? (
        <SkeletonRows rows={2} height={58} />
      ) : rows.length > 0 ? (
        <SessionsTable
          rows={rows}
          ending={end.isPending ? (end.variables?.id ?? null) : null}
          onEnd={({ id }) => end.mutate({ id })}
        />
      ) : (
        <EmptyState title={`${person.name} is signed in nowhere.`} />
      )}
    </Section>
  )
}
