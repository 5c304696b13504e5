'use client'

import type { SecretView } from '@rollcall/services'
import { useMutation } from '@tanstack/react-query'
import { troubleOf } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useDone } from './use-secret-verb.ts'
import { usersOf } from './words.ts'

/** Deletes a stored value, after a question. */
export function ClearSecret({ secret, onClose }: { secret: SecretView; onClose: () => void }) {
  const trpc = useTRPC()
  const { onDone, onSettled } = useDone(onClose)
  const { name, alsoInProcess } = secret
  const users = usersOf(secret)
  const clear = useMutation(
    trpc.secrets.clear.mutationOptions({
      onSuccess: () => onDone(`${name} is cleared.`, 'Its value is gone.'),
      onSettled,
    }),
  )
  return (
    <Dialog
      title={`Clear ${name}?`}
      confirm="Clear 1 value"
      danger
      busy={clear.isPending}
      error={clear.error ? troubleOf(clear.error) : null}
      onConfirm={() => clear.mutate({ name })}
      onClose={onClose}
    >
      <p>
        {alsoInProcess
          ? 'The variable of the worker’s process is used again.'
          : users.length === 0
            ? 'Nothing uses it now.'
            : `${plural(users.length, 'place')} will wait until it is set anew: ${users.join(', ')}.`}{' '}
        It cannot be brought back from here.
      </p>
    </Dialog>
  )
}
