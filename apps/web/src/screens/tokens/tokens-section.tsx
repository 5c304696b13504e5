'use client'

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { PermittedButton } from '../../components/permitted.tsx'
import { Trouble } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Section } from '../../ui/section.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import classes from './tokens.module.css'
import { TokensTable } from './tokens-table.tsx'

const kinds = ['people', 'pipelines'] as const

/** Tokens that people made, or that pipelines were given for their proofs. */
export function TokensSection() {
  const trpc = useTRPC()
  const [of, setOf] = useQueryState('of', parseAsStringLiteral(kinds).withDefault('people'))
  const query = useInfiniteQuery(
    trpc.tokens.list.infiniteQueryOptions(
      { of },
      {
        ...polled,
        getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
        placeholderData: keepPreviousData,
      },
    ),
  )
  const rows = query.data?.pages.flatMap(({ items }) => items)
  const live = rows?.filter(({ state }) => state === 'live').length ?? 0
  return (
    <Section
      title="API tokens"
      note={
        // behind one that has ended there is none that is live
        rows && `${plural(live, 'token')} live${query.hasNextPage && live === rows.length ? ', more below' : ''}`
      }
      aside={
        <Choice
          label="Who has them"
          value={of}
          options={[
            { value: 'people', label: 'Made by hand' },
            { value: 'pipelines', label: 'Given to pipelines' },
          ]}
          onChange={(value) => setOf(value === 'pipelines' ? value : null)}
        />
      }
    >
      {query.error ? (
        <Trouble error={query.error} retry={() => query.refetch()} />
      ) : rows === undefined ? (
        <SkeletonRows rows={4} height={58} />
      ) : rows.length > 0 ? (
        <>
          <TokensTable
            rows={rows}
            caption={of === 'people' ? 'API tokens, live first' : 'Tokens of pipelines, live first'}
          />
          {query.hasNextPage && (
            <div className={classes.actions}>
              <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Show more tokens
              </Button>
            </div>
          )}
        </>
      ) : of === 'people' ? (
        <EmptyState
          title="No machine has a token yet."
          actions={
            <PermittedButton needs="token.create" where="anywhere" look="primary" href="/tokens/new">
              Make a token
            </PermittedButton>
          }
        >
          A token lets a script or a service in as you, for what you choose and never for more than you may do yourself.
          A pipeline needs none: it can come in with the proof of its forge, below.
        </EmptyState>
      ) : (
        <EmptyState title="No pipeline has come in.">
          When one exchanges its proof, what it was given stands here for as long as it is good, and 30 days after.
        </EmptyState>
      )}
    </Section>
  )
}
