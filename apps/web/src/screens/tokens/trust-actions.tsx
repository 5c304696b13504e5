'use client'

import type { TrustView } from '@rollcall/services'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { troubleOf } from '../../components/trouble.tsx'
import { useLive } from '../../live/live-room.tsx'
import { useTRPCClient } from '../../trpc/client.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { toastDone, toastRefused } from '../../ui/toast.ts'
import classes from './tokens.module.css'

type Verb = 'disable' | 'enable' | 'delete'

const done: Record<Verb, string> = {
  disable: 'Nobody comes in by it now.',
  enable: 'Pipelines come in by it again.',
  delete: 'It is gone; the record keeps what it said.',
}

const needs = { needs: 'trust.manage', where: 'everywhere', small: true } as const

/** Change, switch off, switch on, delete. */
export function TrustActions({ trust: { id, name, state } }: { trust: TrustView }) {
  const client = useTRPCClient()
  const { news } = useLive()
  const [asking, setAsking] = useState<'disable' | 'delete' | null>(null)
  const send = useMutation({
    mutationFn: async (verb: Verb): Promise<void> => void (await client.trusts[verb].mutate({ id })),
    onSuccess: (_, verb) => {
      setAsking(null)
      toastDone(name, done[verb])
    },
    onError: (error, verb) => {
      const { message, remedy } = troubleOf(error)
      if (verb === 'enable') toastRefused(message, remedy)
    },
    onSettled: news,
  })
  const ask = (verb: 'disable' | 'delete') => () => {
    send.reset()
    setAsking(verb)
  }
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div className={classes.verbs} role="group" aria-label={`What can be done with ${name}`}>
        <PermittedButton {...needs} href={`/tokens/trusts/${id}`} label={`Change ${name}`}>
          Change
        </PermittedButton>
        {state === 'live' ? (
          <PermittedButton {...needs} label={`Disable ${name}`} onClick={ask('disable')}>
            Disable…
          </PermittedButton>
        ) : (
          <PermittedButton
            {...needs}
            label={`Enable ${name}`}
            busy={send.isPending}
            onClick={() => send.mutate('enable')}
          >
            Enable
          </PermittedButton>
        )}
        <PermittedButton {...needs} label={`Delete ${name}`} onClick={ask('delete')}>
          Delete…
        </PermittedButton>
      </div>
      {asking !== null && (
        <Dialog
          title={asking === 'disable' ? `Disable ${name}?` : `Delete ${name}?`}
          confirm={asking === 'disable' ? 'Disable 1 trust' : 'Delete 1 trust'}
          danger
          busy={send.isPending}
          error={send.error ? troubleOf(send.error) : null}
          onConfirm={() => send.mutate(asking)}
          onClose={() => setAsking(null)}
        >
          <p>
            No pipeline comes in by it any more, and what came in by it ends at once.{' '}
            {asking === 'disable' ? 'It can be enabled again.' : 'It cannot be taken back; another can be made.'}
          </p>
        </Dialog>
      )}
    </>
  )
}
