'use client'

import type { Capability } from '@rollcall/rollout'
import type { ImageSetView } from '@rollcall/services'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { Trouble, troubleOf } from '../../components/trouble.tsx'
import { shortSha } from '../../format/sha.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC, useTRPCClient } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { CommitPicker } from './commit-picker.tsx'
import { DryRun } from './dry-run.tsx'
import { noOverride, type Override, OverrideFields, overrideInput, reasonMissing } from './override-fields.tsx'
import classes from './promotions.module.css'

/** Which commit of a set, what a dry run says of it, and only then the button. */
export function PromoteScreen() {
  const trpc = useTRPC()
  const wanted = useSearchParams().get('set')
  const query = useQuery(trpc.promotions.sets.queryOptions(undefined, polled))
  if (!query.data) {
    return query.error ? <Trouble error={query.error} retry={() => query.refetch()} /> : <ScreenSkeleton rows={6} />
  }
  const { items } = query.data
  const set = items.find(({ name }) => name === wanted) ?? (items.length === 1 ? items[0] : undefined)
  const crumbs = [
    { href: '/promotions', label: 'Promotions' },
    { href: `/promotions/new?set=${encodeURIComponent(wanted ?? '')}`, label: set?.name ?? 'Promote' },
  ]
  if (!set) {
    return (
      <Page title={['Promote']} crumbs={crumbs} headline="There is no image set of this name.">
        <EmptyState title="Choose one of the sets." actions={<Button href="/promotions">All image sets</Button>} />
      </Page>
    )
  }
  return (
    <Page
      title={['Promote', set.name]}
      crumbs={crumbs}
      headline={`Promote a commit of ${set.component} in ${set.name}.`}
    >
      <PromoteForm set={set} key={set.name} />
    </Page>
  )
}

function PromoteForm({ set }: { set: ImageSetView }) {
  const client = useTRPCClient()
  const router = useRouter()
  const [sha, setSha] = useState(set.candidates[0]?.build.sha ?? '')
  const [override, setOverride] = useState<Override>(noOverride)
  const [dryRunId, setDryRunId] = useState<string | null>(null)
  const [checked, setChecked] = useState(false)
  const input = { sha, set: set.name, ...overrideInput(override) }
  const preview = useMutation({
    mutationFn: () => client.promotions.open.mutate({ ...input, dryRun: true }),
    onSuccess: ({ id }) => setDryRunId(id),
  })
  const open = useMutation({
    mutationFn: () => client.promotions.open.mutate(input),
    onSuccess: ({ id }) => router.push(`/promotions/${id}`),
  })
  const change = () => {
    setDryRunId(null)
    setChecked(false)
  }
  const needs: [Capability, ...Capability[]] = [
    'promotion.open',
    ...(override.gate ? (['override.gate'] as const) : []),
    ...(override.order ? (['override.unknown_order', 'override.downgrade'] as const) : []),
  ]
  const isCommit = /^[0-9a-f]{7,40}$/i.test(sha)
  const trouble = preview.error ?? open.error
  const missing = !isCommit ? 'Choose a commit first, by at least 7 characters.' : reasonMissing(override)
  return (
    <div className={classes.wide}>
      <div>
        <Section title="Which commit" note={`${set.branch}, newest first`}>
          <CommitPicker
            set={set}
            sha={sha}
            onChange={(next) => {
              setSha(next)
              change()
            }}
          />
        </Section>
        <Section title="Pass over" note="with a reason that is kept">
          <OverrideFields
            override={override}
            onChange={(next) => {
              setOverride(next)
              change()
            }}
          />
        </Section>
        <Section title="What it would do" note="a dry run moves nothing">
          <div className={classes.form}>
            {dryRunId !== null && <DryRun id={dryRunId} onChecked={setChecked} />}
            {trouble && (
              <Notice tone="bad" title={troubleOf(trouble).message} role="alert">
                <span className="wrap">{troubleOf(trouble).remedy}</span>
              </Notice>
            )}
            <div className={classes.actions}>
              <PermittedButton
                needs={needs}
                where="everywhere"
                busy={preview.isPending}
                reason={missing}
                onClick={() => preview.mutate()}
              >
                {dryRunId === null ? 'Check it' : 'Check again'}
              </PermittedButton>
              <PermittedButton
                needs={needs}
                where="everywhere"
                look="primary"
                busy={open.isPending}
                reason={missing ?? (checked ? null : 'Check it first: the dry run has to come through.')}
                onClick={() => open.mutate()}
              >
                Promote {isCommit ? shortSha(sha) : 'it'} to {set.destinationTag}
              </PermittedButton>
            </div>
          </div>
        </Section>
      </div>
    </div>
  )
}
