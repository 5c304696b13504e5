'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from 'next/navigation'
import { FromTo } from '../../components/build.tsx'
import { PermittedButton } from '../../components/permitted.tsx'
import { OperationStatus } from '../../components/state.tsx'
import { Told } from '../../components/told.tsx'
import { Trouble, troubleOf } from '../../components/trouble.tsx'
import { failureSentence, operationWords } from '../../components/vocabulary.ts'
import { useLive } from '../../live/live-room.tsx'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/section.tsx'
import { Duration, Time } from '../../ui/time.tsx'
import { toastDone, toastRefused } from '../../ui/toast.ts'
import { useAnnounceChange } from '../shell/announcer.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { AttemptEntry } from './attempt-entry.tsx'
import { headlineOf } from './headline.ts'
import classes from './operation.module.css'
import { SaidAndSeen } from './said-and-seen.tsx'

/** One tenant's share of an apply: what was claimed beside what was observed, every attempt, and Retry. */
export function OperationScreen() {
  const { operationId } = useParams<{ operationId: string }>()
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { news } = useLive()
  const key = trpc.operations.get.queryOptions({ id: operationId }, polled)
  const query = useQuery(key)
  const operation = query.data
  const retry = useMutation(
    trpc.operations.retry.mutationOptions({
      onSuccess: (view) => {
        queryClient.setQueryData(key.queryKey, view)
        toastDone('Back in line.', 'The tenant is looked at first, and only touched if it still needs it.')
      },
      onError: (error) => toastRefused(troubleOf(error).message, troubleOf(error).remedy),
      onSettled: news,
    }),
  )
  const headline = operation && headlineOf(operation)
  useAnnounceChange(headline)
  if (!operation) {
    return query.error ? (
      <Trouble error={query.error} retry={() => query.refetch()} what="This operation" />
    ) : (
      <ScreenSkeleton rows={5} />
    )
  }
  const { apply, attempts, actions } = operation
  const latest = [...attempts].sort((a, b) => b.number - a.number)[0] ?? null
  return (
    <Page
      title={[operationWords[operation.state].word, operation.slug]}
      crumbs={[
        { href: '/applies', label: 'Applies' },
        { href: `/applies/${apply.id}`, label: <span className="mono">{apply.id}</span> },
        {
          href: `/applies/${apply.id}/operations/${operation.id}`,
          label: <span className="mono">{operation.slug}</span>,
        },
      ]}
      headline={headline && <Told text={headline} />}
      sub={
        <>
          <OperationStatus state={operation.state} phase={operation.phase} focusable />
          <span>
            {apply.component} <FromTo from={operation.fromSha} to={operation.toSha} />
          </span>
          <span>
            {operation.canary ? 'canary, ' : ''}place {operation.position + 1} of {apply.total}
          </span>
          {operation.startedAt && (
            <span>
              {operation.endedAt ? 'took' : 'for'} <Duration from={operation.startedAt} to={operation.endedAt} />
            </span>
          )}
        </>
      }
      aside={
        <>
          <Button small href={`/fleet/${apply.environment}/${operation.slug}`}>
            The tenant
          </Button>
          <PermittedButton
            needs="apply.retry"
            where={apply.environment}
            look={actions.retry.allowed ? 'primary' : 'plain'}
            busy={retry.isPending}
            reason={actions.retry.allowed ? null : `${actions.retry.why} ${actions.retry.unblock}`}
            onClick={() => retry.mutate({ id: operation.id })}
          >
            {actions.retry.label}
          </PermittedButton>
        </>
      }
    >
      {operation.failureReason && (
        <p className={classes.failure}>
          {failureSentence(operation.failureReason)}
          {operation.failureDetail && <span className="mono">{operation.failureDetail}</span>}
        </p>
      )}
      {(operation.waitsFor || operation.retryAt) && operation.state !== 'running' && (
        <p className={classes.waits}>
          {operation.retryAt ? (
            <>
              The next attempt starts <Time at={operation.retryAt} />.
            </>
          ) : (
            operation.waitsFor
          )}
        </p>
      )}
      <SaidAndSeen operation={operation} attempt={latest} />
      <Section title="Attempts" note={`${operation.attempt} of ${operation.attemptLimit}, newest first`}>
        {attempts.length === 0 ? (
          <p className="dim">Nobody has tried yet. {operation.waitsFor ?? ''}</p>
        ) : (
          <ol>
            {[...attempts]
              .sort((a, b) => b.number - a.number)
              .map((attempt) => (
                <AttemptEntry key={attempt.number} attempt={attempt} />
              ))}
          </ol>
        )}
      </Section>
    </Page>
  )
}
