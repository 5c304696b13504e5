'use client'

import type { Answer, Capability, UpdateVerb } from '@rollcall/rollout'
import type { UpdateView } from '@rollcall/services'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { troubleOf } from '../../components/trouble.tsx'
import { useLive } from '../../live/live-room.tsx'
import { useTRPC, useTRPCClient } from '../../trpc/client.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { toastDone, toastRefused } from '../../ui/toast.ts'

const verbs: readonly UpdateVerb[] = ['deploy', 'force', 'rollBack']

/** What will be so afterwards, and what is said when it is. */
const texts = {
  deploy: {
    title: 'Deploy this version?',
    consequence: 'An apply of just this component is opened, or what failed of it goes back in line.',
    done: 'Its deploy is open.',
  },
  force: {
    title: 'Overrule what keeps it back?',
    consequence: 'The rule of order is passed over: the version is recorded, and deployed where its deploy opted in.',
    done: 'Recorded all the same.',
  },
  rollBack: {
    title: 'Go back to what was recorded before?',
    consequence:
      'What was recorded before is recorded again, with its own version and artifacts, and deployed where its deploy opted in.',
    done: 'Gone back.',
  },
} as const satisfies Record<UpdateVerb, { title: string; consequence: string; done: string }>

/** The verbs of an update. Which live, and why the others do not, comes from the core, the same that the server asks. */
export function UpdateActions({ update }: { update: UpdateView }) {
  const client = useTRPCClient()
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const router = useRouter()
  const { news } = useLive()
  const [asking, setAsking] = useState<UpdateVerb | null>(null)
  const mutation = useMutation({
    mutationFn: async ({ verb, reason }: { verb: UpdateVerb; reason: string }): Promise<UpdateView> => {
      const { id, environment, deploy_name } = update
      if (verb === 'deploy') return client.updates.deploy.mutate({ id })
      if (verb === 'force') return client.updates.force.mutate({ id, reason })
      return (await client.updates.rollBack.mutate({ environment, deploy_name, reason })).update
    },
    onSuccess: (view, { verb }) => {
      queryClient.setQueryData(trpc.updates.get.queryKey({ id: view.id }), view)
      setAsking(null)
      toastDone(texts[verb].done, view.headline)
      if (view.id !== update.id) router.push(`/updates/${view.id}`)
    },
    onError: (error) => {
      if (asking === null) toastRefused(troubleOf(error).message, troubleOf(error).remedy)
    },
    onSettled: news,
  })
  const press = (verb: UpdateVerb, answer: Answer) => {
    if (!answer.allowed) return
    mutation.reset()
    if (answer.asks === 'nothing') mutation.mutate({ verb, reason: '' })
    else setAsking(verb)
  }
  const asked = asking === null ? null : update.actions[asking]
  // what was recorded on purpose although it is older goes back once more with every deploy
  const goesBack = update.forced || update.allowDowngrade || update.via === 'rollback'
  const needs: Record<UpdateVerb, readonly [Capability, ...Capability[]]> = {
    deploy: goesBack ? ['update.deploy', 'override.downgrade'] : ['update.deploy'],
    force: ['update.force', 'override.downgrade'],
    rollBack: ['update.roll_back'],
  }
  const primary = verbs.find((verb) => verb !== 'rollBack' && update.actions[verb].allowed)
  return (
    <>
      {verbs.map((verb) => {
        const answer = update.actions[verb]
        return (
          <PermittedButton
            key={verb}
            needs={needs[verb]}
            where={update.environmentKnown ? update.environment : 'everywhere'}
            look={verb === primary ? 'primary' : 'plain'}
            small={!answer.allowed}
            reason={answer.allowed ? null : `${answer.why} ${answer.unblock}`}
            busy={mutation.isPending && mutation.variables?.verb === verb}
            onClick={() => press(verb, answer)}
          >
            {answer.label}
            {answer.allowed && answer.asks !== 'nothing' ? '…' : ''}
          </PermittedButton>
        )
      })}
      {asking !== null && asked?.allowed && (
        <Dialog
          title={texts[asking].title}
          confirm={asked.label}
          danger={asking === 'rollBack'}
          reason={{ label: 'Why?', placeholder: 'Others will read this.', atLeast: 3 }}
          busy={mutation.isPending}
          error={mutation.error ? troubleOf(mutation.error) : null}
          onConfirm={(reason) => mutation.mutate({ verb: asking, reason })}
          onClose={() => setAsking(null)}
        >
          <p>{texts[asking].consequence}</p>
        </Dialog>
      )}
    </>
  )
}
