'use client'

import { ciForgeNames, ciForges } from '@rollcall/rollout'
import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useState } from 'react'
import { troubleOf } from '../../components/trouble.tsx'
import { useLive } from '../../live/live-room.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Choice } from '../../ui/choice.tsx'
import { toastDone } from '../../ui/toast.ts'
import { Page } from '../shell/page.tsx'
import { TrustFields } from './trust-form.tsx'
import { formOf, type TrustForm, trustInput } from './trust-form-state.ts'

const crumbs = [
  { href: '/tokens', label: 'Tokens' },
  { href: '/tokens/trusts/new', label: 'Trust a pipeline' },
]

/** Which pipelines may come in: what the forge says of them, and what that opens. */
export function NewTrustScreen() {
  const trpc = useTRPC()
  const router = useRouter()
  const { news } = useLive()
  const [forge, setForge] = useQueryState('forge', parseAsStringLiteral(ciForgeNames).withDefault('github'))
  const [form, setForm] = useState<TrustForm>(() => formOf(forge))
  const create = useMutation(
    trpc.trusts.create.mutationOptions({
      onSuccess: ({ name }) => {
        toastDone(`${name} may come in.`, 'Its workflow stands beside it, to be copied.')
        router.push('/tokens#pipelines')
      },
      onSettled: news,
    }),
  )
  return (
    <Page
      title={['Trust a pipeline', 'Tokens']}
      crumbs={crumbs}
      headline="Let a pipeline in by what its forge says of it."
      aside={
        <Choice
          label="Forge"
          look="switch"
          value={forge}
          options={ciForgeNames.map((value) => ({ value, label: ciForges[value].label }))}
          onChange={(value) => {
            const next = ciForgeNames.find((one) => one === value) ?? 'github'
            void setForge(next)
            const { issuer, claims } = formOf(next)
            setForm({ ...form, issuer, claims })
          }}
        />
      }
    >
      <TrustFields
        form={form}
        onChange={(change) => setForm({ ...form, ...change })}
        confirm="Trust it"
        busy={create.isPending}
        error={create.error ? troubleOf(create.error) : null}
        onSubmit={() => create.mutate(trustInput(form))}
      />
    </Page>
  )
}
