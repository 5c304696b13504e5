'use client'

import { PasswordInput, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'
import { Button } from '../../ui/button.tsx'

interface PasswordFormProps {
  /** the way that is meant, when there is no other */
  primary: boolean
  busy: boolean
  onSubmit: (given: { email: string; password: string }) => void
}

export function PasswordForm({ primary, busy, onSubmit }: PasswordFormProps) {
  // a press before the page's scripts run would go nowhere
  const [ready, setReady] = useState(false)
  useEffect(() => setReady(true), [])
  // read when it is submitted: what a browser fills in by itself may come without an event
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    if (!busy) onSubmit({ email: String(given.get('email')).trim(), password: String(given.get('password')) })
  }
  return (
    <form onSubmit={submit} aria-label="With a password">
      <TextInput label="E-mail address" type="email" name="email" autoComplete="username" autoFocus required />
      <PasswordInput label="Password" name="password" autoComplete="current-password" required />
      <Button
        type="submit"
        look={primary ? 'primary' : 'plain'}
        busy={busy}
        reason={ready ? null : 'One moment: this page is still loading.'}
      >
        Sign in
      </Button>
    </form>
  )
}
