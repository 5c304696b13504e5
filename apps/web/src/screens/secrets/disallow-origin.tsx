'use client'

import type { SecretView } from '@rollcall/services'
import { useMutation } from '@tanstack/react-query'
import { troubleOf } from '../../components/trouble.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useDone } from './use-secret-verb.ts'
import { hostOf } from './words.ts'

interface DisallowOriginProps {
  secret: SecretView
  origin: string
  onClose: () => void
}

/** Takes back that a secret may go to an origin, after a question that names the host. */
export function DisallowOrigin({ secret: { name, value, boundTo }, origin, onClose }: DisallowOriginProps) {
  const trpc = useTRPC()
  const { onDone, onSettled } = useDone(onClose)
  const host = hostOf(origin)
  const disallow = useMutation(
    trpc.secrets.disallow.mutationOptions({
      onSuccess: () => onDone(`${name} is not sent to ${host} any more.`, 'What uses it there waits from now on.'),
      onSettled,
    }),
  )
  return (
    <Dialog
      title={`Send ${name} to ${host} no longer?`}
      confirm={`Send nothing to ${host}`}
      danger
      busy={disallow.isPending}
      error={disallow.error ? troubleOf(disallow.error) : null}
      onConfirm={() => disallow.mutate({ name, origin })}
      onClose={onClose}
    >
      <p>
        What uses it at <b className="mono">{origin}</b> waits until it is allowed again. A request that is on its way
        is on its way: where the host should never have had it, replace it there, too.
      </p>
      {value === 'stored' && boundTo.length === 1 && (
        <p>It may be sent nowhere else, so the value that is set here is deleted.</p>
      )}
    </Dialog>
  )
}
