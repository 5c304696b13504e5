'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useParams } from 'next/navigation'
import { ApplyActions } from '../../components/apply-actions.tsx'
import { CountsBar, CountsLine } from '../../components/counts.tsx'
import { Told } from '../../components/told.tsx'
import { Trouble } from '../../components/trouble.tsx'
import { applyWords } from '../../components/vocabulary.ts'
import { useFollowApply } from '../../live/live-room.tsx'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { useAnnounceChange } from '../shell/announcer.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { ApplyHeaderLine } from './apply-header-line.tsx'
import classes from './apply-screen.module.css'
import { OperationsSection } from './operations-section.tsx'
import { PlanFacts } from './plan-facts.tsx'
import { Why } from './why.tsx'

/** One apply: what is so, why, what unblocks it and the buttons for exactly that; then every operation in its order. */
export function ApplyScreen() {
  const { id } = useParams<{ id: string }>()
  const trpc = useTRPC()
  const query = useQuery(trpc.applies.get.queryOptions({ id }, { ...polled, placeholderData: keepPreviousData }))
  const apply = query.data
  useFollowApply(id, apply?.id === id ? apply.changeSeq : undefined)
  useAnnounceChange(apply?.headline)

  if (!apply) {
    return query.error ? (
      <Trouble error={query.error} retry={() => query.refetch()} what="This apply" />
    ) : (
      <ScreenSkeleton rows={10} />
    )
  }
  const { word } = applyWords[apply.state]
  return (
    <Page
      title={[word.charAt(0).toUpperCase() + word.slice(1), apply.component]}
      crumbs={[
        { href: '/applies', label: 'Applies' },
        { href: `/applies/${apply.id}`, label: <span className="mono">{apply.id}</span> },
      ]}
      headline={<Told text={apply.headline} />}
      sub={<ApplyHeaderLine apply={apply} />}
    >
      <div className={classes.bar}>
        <CountsBar counts={apply.counts} />
        <CountsLine counts={apply.counts} />
      </div>
      <div className={classes.layout}>
        <div className={classes.why}>
          <Why apply={apply} />
          <div className={classes.actions}>
            <ApplyActions apply={apply} />
            {apply.settled && (
              <p className={classes.again}>
                <Link className="link" href={planAgain(apply)}>
                  Plan a new apply
                </Link>{' '}
                of this build to {apply.environment}.
              </p>
            )}
          </div>
        </div>
        <aside className={classes.plan} aria-label="Plan">
          <PlanFacts apply={apply} />
        </aside>
        <div className={classes.operations}>
          <OperationsSection key={apply.id} apply={apply} />
        </div>
      </div>
    </Page>
  )
}

/** The form of a new apply with the same build and place filled in. */
function planAgain({ environment, component, sha }: { environment: string; component: string; sha: string }): string {
  return `/applies/new?${new URLSearchParams({ environment, component, sha })}`
}
