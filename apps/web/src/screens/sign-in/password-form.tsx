'use client'

import { PasswordInput, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'

interface PasswordFormProps {
  /** the way that is meant, when there is no other */
  primary: boolean
  busy: boolean
  onSubmit: (given: { email: string; password: string }) => void
}

export function PasswordForm({ primary, busy, onSubmit }: PasswordFormProps) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const missing = email.trim() === '' || password === ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!missing && !busy) onSubmit({ email: email.trim(), password })
  }
  return (
    <form onSubmit={submit} aria-label="With a password">
      <TextInput
        label="E-mail address"
        type="email"
        autoComplete="username"
        autoFocus
        required
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button
        type="submit"
        look={primary ? 'primary' : 'plain'}
        busy={busy}
        reason={missing && !busy ? 'Enter your e-mail address and your password first.' : null}
      >
        Sign in
      </Button>
    </form>
  )
}
