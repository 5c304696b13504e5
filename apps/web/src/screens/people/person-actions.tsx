'use client'

import type { PersonRow } from '@rollcall/services'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { troubleOf } from '../../components/trouble.tsx'
import { useAccount } from '../../components/use-may.ts'
import { useLive } from '../../live/live-room.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { toastDone } from '../../ui/toast.ts'
import { LinkOnce } from './link-once.tsx'

type Verb = 'invite' | 'disable' | 'enable' | 'delete'
const manage = { needs: 'people.manage', where: 'everywhere' } as const

/** What can be done about a person, each after a question. */
export function PersonActions({ person }: { person: PersonRow }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const router = useRouter()
  const { news } = useLive()
  const { data: account } = useAccount()
  const [asking, setAsking] = useState<Verb | null>(null)
  const { id, name } = person
  const show = (view: PersonRow) => queryClient.setQueryData(trpc.people.get.queryKey({ id }), view)
  const done = (title: string) => {
    setAsking(null)
    toastDone(title)
  }
  const options = { onSettled: news }
  const invite = useMutation(trpc.people.invite.mutationOptions({ ...options, onSuccess: (view) => show(view.person) }))
  const disable = useMutation(
    trpc.people.disable.mutationOptions({
      ...options,
      onSuccess: (view) => {
        show(view)
        done(`${name} cannot come in any more.`)
      },
    }),
  )
  const enable = useMutation(
    trpc.people.enable.mutationOptions({
      ...options,
      onSuccess: (view) => {
        show(view)
        done(`${name} can come in again.`)
      },
    }),
  )
  const remove = useMutation(
    trpc.people.delete.mutationOptions({
      ...options,
      onSuccess: () => {
        toastDone(`${name} is deleted.`)
        router.push('/people')
      },
    }),
  )
  const mutations = { invite, disable, enable, delete: remove }
  const self = account?.id === id
  const ask = (verb: Verb) => () => {
    mutations[verb].reset()
    setAsking(verb)
  }
  const dialog = asking && {
    busy: mutations[asking].isPending,
    error: mutations[asking].error ? troubleOf(mutations[asking].error) : null,
    onConfirm: () => mutations[asking].mutate({ id }),
    onClose: () => setAsking(null),
  }
  return (
    <>
      <PermittedButton
        {...manage}
        reason={
          person.comesIn === 'provider' ? `${name} comes in through the provider and has no password here.` : null
        }
        onClick={ask('invite')}
      >
        New link…
      </PermittedButton>
      {person.disabledAt === null ? (
        <PermittedButton {...manage} reason={self ? 'You cannot disable yourself.' : null} onClick={ask('disable')}>
          Disable…
        </PermittedButton>
      ) : (
        <PermittedButton {...manage} onClick={ask('enable')}>
          Enable…
        </PermittedButton>
      )}
      <PermittedButton
        {...manage}
        look="danger"
        reason={self ? 'You cannot delete yourself.' : null}
        onClick={ask('delete')}
      >
        Delete…
      </PermittedButton>
      {asking === 'invite' && dialog && (
        <Dialog
          title={`A new link for ${name}?`}
          confirm={invite.data ? 'Make another link' : 'Make 1 link'}
          {...dialog}
        >
          {invite.data ? (
            <LinkOnce name={name} link={invite.data.link} />
          ) : (
            <p>
              With it {name} chooses a password, once and within 24 hours. Links of before are void; the password of now
              is good until then.
            </p>
          )}
        </Dialog>
      )}
      {asking === 'disable' && dialog && (
        <Dialog title={`Disable ${name}?`} confirm="Disable 1 person" danger {...dialog}>
          <p>
            {name} cannot come in any more, also not through the provider. Their sessions and what they have open end at
            once, and their tokens let nobody in. It can be taken back.
          </p>
        </Dialog>
      )}
      {asking === 'enable' && dialog && (
        <Dialog title={`Enable ${name}?`} confirm="Enable 1 person" {...dialog}>
          <p>{name} can come in again, with the roles that stand below.</p>
        </Dialog>
      )}
      {asking === 'delete' && dialog && (
        <Dialog title={`Delete ${name}?`} confirm="Delete 1 person" danger {...dialog}>
          <p>
            {name} is forgotten, with sessions, roles and tokens. What they did stays in the record under their name. It
            cannot be taken back.
          </p>
          {person.comesIn === 'provider' && (
            <p>The provider would let them in again as somebody new: to keep them out, disable them.</p>
          )}
        </Dialog>
      )}
    </>
  )
}
