'use client'

import { PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import classes from './sign-in.module.css'

/** For whoever started this Rollcall: everybody else signs in as themselves. */
export function TokenForm({ busy, onSubmit }: { busy: boolean; onSubmit: (token: string) => void }) {
  const [token, setToken] = useState('')
  const given = token.trim()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (given !== '' && !busy) onSubmit(given)
  }
  return (
    <details className={classes.more}>
      <summary>With the operator token</summary>
      <form onSubmit={submit} aria-label="With the operator token">
        <PasswordInput
          label="Operator token"
          description="It was printed at the start, or stands in ROLLCALL_TOKEN."
          autoComplete="off"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
        />
        <Button type="submit" busy={busy} reason={given === '' && !busy ? 'Enter the token first.' : null}>
          Sign in with the token
        </Button>
      </form>
    </details>
  )
}
