'use client'

import type { ApplyVerb } from '@rollcall/rollout'
import type { ApplyView } from '@rollcall/services'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLive } from '../live/live-room.tsx'
import { useTRPC, useTRPCClient } from '../trpc/client.tsx'
import { toastDone } from '../ui/toast.ts'
import { verbTexts } from './verbs.ts'

interface Command {
  verb: ApplyVerb
  reason: string
}

/**
 * Has one of the six verbs recorded. An approval carries the hash of the plan on screen, so that what is approved is
 * what was seen. The answer of the server replaces what is shown; nothing is shown before it is so.
 */
export function useApplyCommand(apply: Pick<ApplyView, 'id' | 'planHash'>) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const { news } = useLive()
  const [running, setRunning] = useState<ApplyVerb | null>(null)

  const send = ({ verb, reason }: Command): Promise<ApplyView> => {
    const { id, planHash } = apply
    const why = reason === '' ? undefined : reason
    switch (verb) {
      case 'approve':
        return client.applies.approve.mutate({ id, planHash })
      case 'reject':
        return client.applies.reject.mutate({ id, reason })
      case 'release':
        return client.applies.release.mutate({ id, reason: why })
      case 'retry':
        return client.applies.retry.mutate({ id, reason: why })
      case 'stop':
        return client.applies.stop.mutate({ id, reason: why })
      case 'cancel':
        return client.applies.cancel.mutate({ id, reason })
    }
  }
  const mutation = useMutation({
    mutationFn: send,
    onMutate: ({ verb }) => setRunning(verb),
    onSuccess: (view, { verb }) => {
      queryClient.setQueryData(trpc.applies.get.queryKey({ id: apply.id }), view)
      toastDone(verbTexts[verb].done, verbTexts[verb].next)
    },
    onSettled: async () => {
      // Refused means that the world is not what was shown: look again either way. The button is busy until then, so
      // that nobody presses a second time what has just been done.
      news()
      await queryClient.invalidateQueries({ queryKey: trpc.overview.get.queryKey() })
      setRunning(null)
    },
  })
  return { run: mutation.mutateAsync, running, error: mutation.error, reset: mutation.reset }
}
