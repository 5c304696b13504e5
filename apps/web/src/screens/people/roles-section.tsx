'use client'

import type { PersonRow, RoleHeld } from '@rollcall/services'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { troubleOf } from '../../components/trouble.tsx'
import { useMay } from '../../components/use-may.ts'
import { useLive } from '../../live/live-room.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Section } from '../../ui/section.tsx'
import { toastDone } from '../../ui/toast.ts'
import classes from './people.module.css'
import { RoleMatrix } from './role-matrix.tsx'
import { rolesSentence } from './role-words.tsx'

const keyOf = (roles: readonly RoleHeld[]) =>
  roles
    .map(({ role, environment }) => `${role}@${environment}`)
    .toSorted()
    .join()

/** What somebody was given here, to be changed as a whole, and what their groups at the provider come to. */
export function RolesSection({ person }: { person: PersonRow }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { news } = useLive()
  const may = useMay('people.manage', 'everywhere')
  const [roles, setRoles] = useState<readonly RoleHeld[]>(person.roles)
  const [asking, setAsking] = useState(false)
  const changed = keyOf(roles) !== keyOf(person.roles)
  const set = useMutation(
    trpc.people.setRoles.mutationOptions({
      onSuccess: (view) => {
        queryClient.setQueryData(trpc.people.get.queryKey({ id: view.id }), view)
        setAsking(false)
        toastDone(`${view.name} has other roles now.`, 'They sign in again with them.')
      },
      onSettled: news,
    }),
  )
  return (
    <Section title="Roles" note={person.providerRoles.length > 0 ? 'given here' : undefined}>
      <RoleMatrix value={roles} onChange={setRoles} reason={may.why} />
      {person.providerRoles.length > 0 && (
        <p className={classes.quiet}>
          By groups at the provider also {rolesSentence(person.providerRoles)}; that follows the groups at every
          sign-in.
        </p>
      )}
      <div className={classes.actions}>
        <PermittedButton
          needs="people.manage"
          where="everywhere"
          look={changed ? 'primary' : 'plain'}
          reason={changed ? null : 'Nothing is changed yet.'}
          onClick={() => {
            set.reset()
            setAsking(true)
          }}
        >
          Change roles…
        </PermittedButton>
        {changed && <Button onClick={() => setRoles(person.roles)}>Take it back</Button>}
      </div>
      {asking && (
        <Dialog
          title={`Change the roles of ${person.name}?`}
          confirm="Change roles"
          busy={set.isPending}
          error={set.error ? troubleOf(set.error) : null}
          onConfirm={() => set.mutate({ id: person.id, roles: [...roles] })}
          onClose={() => setAsking(false)}
        >
          <p>
            {person.name} was {person.roles.length === 0 ? 'nothing' : rolesSentence(person.roles)} and will be{' '}
            <b>{roles.length === 0 ? 'nothing' : rolesSentence(roles)}</b>.
          </p>
          <p>All their sessions end at once; they sign in again with what they may do then.</p>
        </Dialog>
      )}
    </Section>
  )
}
