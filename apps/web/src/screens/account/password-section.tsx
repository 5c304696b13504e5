'use client'

import { PasswordInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { troubleOf } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { useLive } from '../../live/live-room.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { toastDone } from '../../ui/toast.ts'
import people from '../people/people.module.css'
import { NewPassword, passwordProblem } from '../setup/new-password.tsx'

/** One's own password; wherever else one is signed in, one is not any more. */
export function PasswordSection() {
  const trpc = useTRPC()
  const { news } = useLive()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const change = useMutation(
    trpc.account.changePassword.mutationOptions({
      onSuccess: ({ sessionsEnded }) => {
        setCurrent('')
        setPassword('')
        toastDone('Your password is changed.', `${plural(sessionsEnded, 'other session')} ended.`)
      },
      onSettled: news,
    }),
  )
  const problem = current === '' ? 'Enter your current password first.' : passwordProblem(password)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (problem === null && !change.isPending) change.mutate({ current, password })
  }
  return (
    <Section title="Password">
      <form className={people.fields} onSubmit={submit} aria-label="Change the password">
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPassword label="New password" value={password} onChange={setPassword} />
        {change.error && (
          <Notice tone="bad" title={troubleOf(change.error).message} role="alert">
            {troubleOf(change.error).remedy}
          </Notice>
        )}
        <div>
          <Button type="submit" busy={change.isPending} reason={problem}>
            Change the password
          </Button>
        </div>
      </form>
    </Section>
  )
}
