'use client'

import type { DeliveryView } from '@rollcall/services'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { troubleOf } from '../../components/trouble.tsx'
import { useLive } from '../../live/live-room.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Dialog } from '../../ui/dialog.tsx'

/** Takes the delivery once more, after a question; leads to the new one. */
export function Replay({ delivery }: { delivery: DeliveryView }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const router = useRouter()
  const { news } = useLive()
  const [asking, setAsking] = useState(false)
  const replay = useMutation(
    trpc.webhooks.replay.mutationOptions({
      onSuccess: (view) => {
        queryClient.setQueryData(trpc.webhooks.delivery.queryKey({ id: view.id }), view)
        setAsking(false)
        router.push(`/webhooks/deliveries/${view.id}`)
      },
      onSettled: news,
    }),
  )
  return (
    <>
      <PermittedButton
        needs={['webhook.replay', 'update.receive']}
        where="everywhere"
        reason={delivery.replayRefusal}
        onClick={() => {
          replay.reset()
          setAsking(true)
        }}
      >
        Replay…
      </PermittedButton>
      {asking && (
        <Dialog
          title="Replay this delivery?"
          confirm="Replay 1 delivery"
          busy={replay.isPending}
          error={replay.error ? troubleOf(replay.error) : null}
          onConfirm={() => replay.mutate({ id: delivery.id })}
          onClose={() => setAsking(false)}
        >
          <p>
            It is taken once more, by the rules that {delivery.endpoint} has now. What it led to already is known by its
            facts and stays as it is.
          </p>
        </Dialog>
      )}
    </>
  )
}
