'use client'

import type { Capability, PromotionVerb } from '@rollcall/rollout'
import type { PromotionView } from '@rollcall/services'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { troubleOf } from '../../components/trouble.tsx'
import { shortSha } from '../../format/sha.ts'
import { useLive } from '../../live/live-room.tsx'
import { useTRPC, useTRPCClient } from '../../trpc/client.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { toastDone, toastRefused } from '../../ui/toast.ts'
import classes from './promotions.module.css'

const verbs: readonly PromotionVerb[] = ['undo', 'repair', 'retry']
const needs = {
  undo: 'promotion.undo',
  repair: 'promotion.undo',
  retry: 'promotion.open',
} as const satisfies Record<PromotionVerb, Capability>

/** The verbs of a promotion; which live, and why the others do not, comes from the core that the server asks, too. */
export function PromotionActions({ promotion }: { promotion: PromotionView }) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const router = useRouter()
  const { news } = useLive()
  const [asking, setAsking] = useState(false)
  const { id, set, sha, actions, settled } = promotion
  const send = useMutation({
    mutationFn: (verb: PromotionVerb) => {
      if (verb === 'undo') return client.promotions.undo.mutate({ id })
      if (verb === 'repair') return client.promotions.repair.mutate({ id })
      return client.promotions.open.mutate({ set, sha })
    },
    onSuccess: (view, verb) => {
      queryClient.setQueryData(trpc.promotions.get.queryKey({ id: view.id }), view)
      setAsking(false)
      if (view.id !== id) router.push(`/promotions/${view.id}`)
      else toastDone(verb === 'repair' ? 'The registry is being looked at.' : 'Withdrawn.')
    },
    onError: (error, verb) => {
      if (verb === 'undo') return
      const { message, remedy } = troubleOf(error)
      toastRefused(message, remedy)
    },
    onSettled: news,
  })
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div className={classes.actions} role="group" aria-label="What can be done">
        {verbs.map((verb) => {
          const answer = actions[verb]
          return (
            <PermittedButton
              key={verb}
              needs={needs[verb]}
              where="everywhere"
              look={answer.allowed && verb === 'repair' ? 'primary' : 'plain'}
              small={!answer.allowed}
              reason={answer.allowed ? null : `${answer.why} ${answer.unblock}`}
              busy={send.isPending && send.variables === verb}
              onClick={() => {
                send.reset()
                if (verb === 'undo') setAsking(true)
                else send.mutate(verb)
              }}
            >
              {answer.label}
              {answer.allowed && verb === 'undo' ? '…' : ''}
            </PermittedButton>
          )
        })}
      </div>
      {asking && (
        <Dialog
          title={settled ? 'Undo this promotion' : 'Withdraw this promotion'}
          confirm={settled ? `Move ${promotion.moves.length} tags back` : `Withdraw ${shortSha(sha)}`}
          danger
          busy={send.isPending}
          error={send.error ? troubleOf(send.error) : null}
          onConfirm={() => send.mutate('undo')}
          onClose={() => setAsking(false)}
        >
          <p>
            {settled
              ? `Every tag of ${set} is moved back to what it was before, all or nothing. If somebody has moved one of them since, nothing is moved.`
              : 'Nothing was moved, and nothing will be.'}
          </p>
        </Dialog>
      )}
    </>
  )
}
