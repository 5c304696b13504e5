'use client'

import { PasswordInput, TextInput } from '@mantine/core'
import type { SecretView } from '@rollcall/services'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { troubleOf } from '../../components/trouble.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Choices } from './choices.tsx'
import classes from './secrets.module.css'
import { useDone } from './use-secret-verb.ts'

/** Takes a value for a name, and for which origins. It leaves this page once and is never shown again. */
export function SetSecret({ secret, onClose }: { secret: SecretView | null; onClose: () => void }) {
  const trpc = useTRPC()
  const { onDone, onSettled } = useDone(onClose)
  const offered = [...new Set([...(secret?.boundTo ?? []), ...(secret?.usedBy ?? [])].map(({ origin }) => origin))]
  const [name, setName] = useState(secret?.name ?? '')
  const [value, setValue] = useState('')
  const [chosen, setChosen] = useState<readonly string[]>(offered)
  const [other, setOther] = useState('')
  const set = useMutation(
    trpc.secrets.set.mutationOptions({
      onSuccess: (view) => onDone(`${view.name} is set.`, 'It is used from the next request on.'),
      onSettled,
      // nothing of it stays in the page
      gcTime: 0,
    }),
  )
  const origins = [...chosen, ...(other.trim() === '' ? [] : [other.trim()])]
  return (
    <Dialog
      title={secret === null ? 'Set a secret' : `${secret.value === 'stored' ? 'Replace' : 'Set'} ${secret.name}`}
      confirm={secret?.value === 'stored' ? 'Replace 1 value' : 'Set 1 value'}
      busy={set.isPending}
      error={set.error ? troubleOf(set.error) : null}
      onConfirm={() => set.mutate({ name, value, origins })}
      onClose={onClose}
    >
      <div className={classes.fields}>
        {secret === null && (
          <TextInput
            label="Name"
            description="As the configuration has it: ROLLCALL_CP_TOKEN…, ROLLCALL_FORGE_TOKEN… or ROLLCALL_REGISTRY_…"
            classNames={{ input: 'mono' }}
            value={name}
            onChange={(event) => setName(event.currentTarget.value.toUpperCase())}
            data-autofocus
            required
          />
        )}
        <PasswordInput
          label="Value"
          description="Stored encrypted. It cannot be read again, here or anywhere."
          autoComplete="new-password"
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          data-autofocus={secret !== null || undefined}
          required
        />
        {offered.length > 0 && (
          <Choices label="Send it to these and no others" options={offered} chosen={chosen} onChange={setChosen} />
        )}
        <TextInput
          label={offered.length > 0 ? 'And to' : 'Send it to'}
          description="Scheme, host and port."
          placeholder="https://cp.example.com"
          classNames={{ input: 'mono' }}
          value={other}
          onChange={(event) => setOther(event.currentTarget.value)}
          required={offered.length === 0}
        />
      </div>
    </Dialog>
  )
}
