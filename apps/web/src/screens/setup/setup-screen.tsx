'use client'

import { TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useAsk } from '../sign-in/ask.ts'
import { Door } from '../sign-in/door.tsx'
import { useLinkSecret } from '../sign-in/use-link-secret.ts'
import { NewPassword, passwordProblem } from './new-password.tsx'

/** The first administrator, by the link that the start printed. */
export function SetupScreen() {
  const secret = useLinkSecret()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const { busy, trouble, send } = useAsk()
  const problem =
    name.trim() === ''
      ? 'Enter your name first.'
      : email.trim() === ''
        ? 'Enter your e-mail address first.'
        : passwordProblem(password)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (problem !== null || busy) return
    const given = { secret, name: name.trim(), email: email.trim(), password }
    void send('/api/auth/setup', given, () => window.location.replace('/'))
  }
  return (
    <Door title="Set up" question="Who is the first administrator?">
      {secret === '' ? (
        <Notice tone="person" shape="hand" title="The link is not complete.">
          Open it as the start printed it, with all that stands behind the #. Once there is an administrator, there is
          no such link: sign in.
        </Notice>
      ) : (
        <form onSubmit={submit} aria-label="The first administrator">
          <TextInput
            label="Name"
            description="It stands beside all that you do."
            autoComplete="name"
            autoFocus
            required
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label="E-mail address"
            description="You sign in with it; nothing is sent there."
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <NewPassword value={password} onChange={setPassword} />
          {trouble && (
            <Notice tone="bad" title={trouble.title} role="alert">
              {trouble.remedy}
            </Notice>
          )}
          <Button type="submit" look="primary" busy={busy} reason={busy ? null : problem}>
            Begin
          </Button>
        </form>
      )}
    </Door>
  )
}
