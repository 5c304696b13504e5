'use client'

import type { SecretView } from '@rollcall/services'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { Trouble } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Section } from '../../ui/section.tsx'
import { useAnnounceChange } from '../shell/announcer.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { Secret } from './secret.tsx'
import { SetSecret } from './set-secret.tsx'

/** What the configuration names and does not hold: where each secret comes from, where it may go, and what waits for it. */
export function SecretsScreen() {
  const trpc = useTRPC()
  const query = useQuery(trpc.secrets.list.queryOptions(undefined, polled))
  const [isNew, setIsNew] = useState(false)
  const headline = query.data && headlineOf(query.data)
  useAnnounceChange(headline)
  if (!query.data) {
    return query.error ? (
      <Trouble error={query.error} retry={() => query.refetch()} what="This list" />
    ) : (
      <ScreenSkeleton rows={6} />
    )
  }
  const secrets = query.data
  // what waits for a person comes first
  const inOrder = [...secrets].sort((a, b) => Number(b.waiting.length > 0) - Number(a.waiting.length > 0))
  const add = (
    <PermittedButton needs="secret.manage" where="everywhere" onClick={() => setIsNew(true)}>
      Set a secret…
    </PermittedButton>
  )
  return (
    <Page
      title={['Secrets']}
      headline={headline}
      sub="A secret is only sent to where it is bound. Nobody can read one here, and no door of Rollcall answers it."
      aside={secrets.length > 0 && add}
    >
      {secrets.length === 0 ? (
        <EmptyState
          title="Nothing needs a secret yet."
          actions={
            <>
              <Button look="primary" href="/components/configuration">
                Import a rollcall.yaml
              </Button>
              {add}
            </>
          }
        >
          An environment names the token of its control plane, a registry its user and password. What is named appears
          here; its value is a variable of the worker’s process, or is set on this page.
        </EmptyState>
      ) : (
        <Section title="Secrets" note={plural(secrets.length, 'name')}>
          <ul>
            {inOrder.map((secret) => (
              <Secret key={secret.name} secret={secret} />
            ))}
          </ul>
        </Section>
      )}
      {isNew && <SetSecret secret={null} onClose={() => setIsNew(false)} />}
    </Page>
  )
}

function headlineOf(secrets: readonly SecretView[]): string {
  if (secrets.length === 0) return 'No secret is named.'
  const waiting = secrets.filter((secret) => secret.waiting.length > 0)
  if (waiting.length === 0) return 'Every secret is there and goes where it may.'
  const [first] = waiting
  return waiting.length === 1 ? `${first?.name} is waited for.` : `${waiting.length} secrets are waited for.`
}
