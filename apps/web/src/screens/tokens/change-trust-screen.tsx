'use client'

import type { TrustView } from '@rollcall/services'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams, useRouter } from 'next/navigation'
import { useState } from 'react'
import { Trouble, troubleOf } from '../../components/trouble.tsx'
import { useLive } from '../../live/live-room.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { toastDone } from '../../ui/toast.ts'
import { LostScreen } from '../shell/lost-screen.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { TrustFields } from './trust-form.tsx'
import { formFrom, trustInput } from './trust-form-state.ts'

/** A trust as it is, to be changed as a whole. */
export function ChangeTrustScreen() {
  const { id } = useParams<{ id: string }>()
  const trpc = useTRPC()
  const query = useQuery(trpc.trusts.list.queryOptions())
  if (!query.data) {
    return query.error ? <Trouble error={query.error} retry={() => query.refetch()} /> : <ScreenSkeleton rows={6} />
  }
  const trust = query.data.find((one) => one.id === id)
  if (trust === undefined) return <LostScreen what="trust" message="There is no such trust any more." />
  return <Change trust={trust} key={trust.id} />
}

function Change({ trust }: { trust: TrustView }) {
  const trpc = useTRPC()
  const router = useRouter()
  const { news } = useLive()
  const [form, setForm] = useState(() => formFrom(trust))
  const update = useMutation(
    trpc.trusts.update.mutationOptions({
      onSuccess: ({ name }) => {
        toastDone(`${name} is changed.`, 'What came in by what it said before has ended.')
        router.push('/tokens#pipelines')
      },
      onSettled: news,
    }),
  )
  const crumbs = [
    { href: '/tokens', label: 'Tokens' },
    { href: `/tokens/trusts/${trust.id}`, label: trust.name },
  ]
  return (
    <Page title={[trust.name, 'Tokens']} crumbs={crumbs} headline={`Change what ${trust.name} says.`}>
      <TrustFields
        form={form}
        onChange={(change) => setForm({ ...form, ...change })}
        confirm="Change it"
        busy={update.isPending}
        error={update.error ? troubleOf(update.error) : null}
        onSubmit={() => update.mutate({ id: trust.id, ...trustInput(form) })}
      />
    </Page>
  )
}
