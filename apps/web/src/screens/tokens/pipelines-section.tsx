'use client'

import { useQuery } from '@tanstack/react-query'
import { PermittedButton } from '../../components/permitted.tsx'
import { Trouble } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Section } from '../../ui/section.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { useOrigin } from '../shell/origin.tsx'
import { snippetOf } from './snippets.ts'
import { Trust } from './trust.tsx'

/** Which pipelines may come in without a stored secret. */
export function PipelinesSection() {
  const trpc = useTRPC()
  const origin = useOrigin()
  const query = useQuery(trpc.trusts.list.queryOptions(undefined, polled))
  const trusts = query.data
  const add = (look: 'primary' | 'plain') => (
    <PermittedButton
      needs="trust.manage"
      where="everywhere"
      look={look}
      small={look === 'plain'}
      href="/tokens/trusts/new"
    >
      Trust a pipeline
    </PermittedButton>
  )
  return (
    <Section
      id="pipelines"
      title="Pipelines"
      note={trusts && trusts.length > 0 ? `${plural(trusts.length, 'trust')}, no stored secret` : 'no stored secret'}
      aside={trusts && trusts.length > 0 ? add('plain') : undefined}
    >
      {query.error ? (
        <Trouble error={query.error} retry={() => query.refetch()} />
      ) : trusts === undefined ? (
        <SkeletonRows rows={2} height={90} />
      ) : trusts.length > 0 ? (
        <ul>
          {trusts.map((trust) => (
            <Trust key={trust.id} trust={trust} origin={origin} />
          ))}
        </ul>
      ) : (
        <>
          <EmptyState title="No pipeline is trusted yet." actions={add('primary')}>
            GitHub, GitLab and Forgejo vouch for their own pipelines: each run can prove which repository, branch and
            environment it is. Say here which of them may come in; what they get for their proof is good for 15 minutes.
            With a trust for it, this is all that a workflow needs:
          </EmptyState>
          <CopyText name="an example of a workflow" text={snippetOf('github', origin, origin)} />
        </>
      )}
    </Section>
  )
}
