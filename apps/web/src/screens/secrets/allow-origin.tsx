'use client'

import { TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { troubleOf } from '../../components/trouble.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import classes from './secrets.module.css'
import { useDone } from './use-secret-verb.ts'
import { hostOf } from './words.ts'

interface AllowOriginProps {
  name: string
  /** null: whoever asks says which */
  origin: string | null
  onClose: () => void
}

/** Lets a secret go to one origin more, after a question that names the host. */
export function AllowOrigin({ name, origin: known, onClose }: AllowOriginProps) {
  const trpc = useTRPC()
  const { onDone, onSettled } = useDone(onClose)
  const [typed, setTyped] = useState('')
  const origin = known ?? typed.trim()
  const host = origin === '' ? 'another host' : hostOf(origin)
  const allow = useMutation(
    trpc.secrets.allow.mutationOptions({
      onSuccess: () => onDone(`${name} may be sent to ${host}.`, 'What waited for that is asked at once.'),
      onSettled,
    }),
  )
  return (
    <Dialog
      title={`Send ${name} to ${host}?`}
      confirm={`Allow ${host}`}
      danger
      busy={allow.isPending}
      error={allow.error ? troubleOf(allow.error) : null}
      onConfirm={() => allow.mutate({ name, origin })}
      onClose={onClose}
    >
      <div className={classes.fields}>
        {known === null && (
          <TextInput
            label="Send it to"
            description="Scheme, host and port."
            placeholder="https://cp.example.com"
            classNames={{ input: 'mono' }}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-autofocus
            required
          />
        )}
        <p>
          Whoever answers at <b className="mono">{origin === '' ? 'that address' : origin}</b> will hold this secret and
          can use it as Rollcall does. Allow it only if that host is meant to.
        </p>
      </div>
    </Dialog>
  )
}
