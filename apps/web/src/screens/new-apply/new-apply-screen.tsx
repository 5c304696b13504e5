'use client'

import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, skipToken, useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { Trouble } from '../../components/trouble.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { toastDone } from '../../ui/toast.ts'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { formParsers, inputOf } from './form-state.ts'
import classes from './new-apply.module.css'
import { PlanForm } from './plan-form.tsx'
import { PreviewPanel } from './preview-panel.tsx'

/** Choose what goes where and how; beside it, what that would do to every tenant, before anything is done. */
export function NewApplyScreen() {
  const trpc = useTRPC()
  const router = useRouter()
  const [chosen, setForm] = useQueryStates(formParsers, { history: 'replace', throttleMs: 120 })
  const environments = useQuery(trpc.environments.list.queryOptions())
  const components = useQuery(trpc.components.list.queryOptions())
  const component = chosen.component ?? components.data?.[0]?.slug ?? null
  const builds = useQuery(trpc.builds.list.queryOptions(component ? { component, limit: 50 } : skipToken))
  // What there is only one sensible first choice for is chosen: the first environment, the oldest component, the newest build.
  const form = {
    ...chosen,
    component,
    environment: chosen.environment ?? environments.data?.[0]?.slug ?? null,
    sha: chosen.sha ?? builds.data?.items[0]?.sha ?? null,
  }
  const packed = JSON.stringify(inputOf(form))
  const [asked] = useDebouncedValue(packed, 250)
  const input = useMemo(() => JSON.parse(asked) as ReturnType<typeof inputOf>, [asked])
  const preview = useQuery(
    trpc.applies.preview.queryOptions(input ?? skipToken, {
      placeholderData: keepPreviousData,
      refetchInterval: 15_000,
    }),
  )
  const open = useMutation(
    trpc.applies.open.mutationOptions({
      onSuccess: ({ apply, created }) => {
        toastDone(created ? 'Opened.' : 'This apply was open already.', apply.headline)
        router.push(`/applies/${apply.id}`)
      },
      onError: () => void preview.refetch(),
    }),
  )
  const failed = environments.error ?? components.error ?? builds.error
  if (failed) {
    const retry = () => {
      for (const query of [environments, components, builds]) if (query.error) void query.refetch()
    }
    return <Trouble error={failed} retry={retry} />
  }
  if (!environments.data || !components.data) return <ScreenSkeleton />
  const missing = environments.data.length === 0 || components.data.length === 0 || builds.data?.items.length === 0
  return (
    <Page
      title={['New apply']}
      crumbs={[
        { href: '/applies', label: 'Applies' },
        { href: '/applies/new', label: 'New' },
      ]}
      headline="Plan it, look at it, open it."
    >
      {missing ? (
        <EmptyState
          title="Nothing can be planned yet: it takes an environment, a component and a published build."
          actions={<Button href="/">See the first steps</Button>}
        />
      ) : (
        <div className={classes.layout}>
          <PlanForm
            form={form}
            onChange={setForm}
            environments={environments.data}
            components={components.data}
            builds={builds.data?.items ?? []}
            preview={preview.data ?? null}
          />
          <div className={classes.preview}>
            {preview.error ? (
              <Trouble error={preview.error} retry={() => preview.refetch()} />
            ) : preview.data && input ? (
              <PreviewPanel
                input={input}
                preview={preview.data}
                settling={asked !== packed || preview.isPlaceholderData}
                opening={open.isPending}
                error={open.error}
                onOpen={(planHash) => open.mutate({ ...input, planHash })}
              />
            ) : (
              <SkeletonRows rows={9} height={40} />
            )}
          </div>
        </div>
      )}
    </Page>
  )
}
