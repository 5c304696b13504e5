'use client'

import { PasswordInput } from '@mantine/core'

export const leastPassword = 12

interface NewPasswordProps {
  value: string
  onChange: (value: string) => void
  label?: string
}

/** A password to be chosen; typed once, and looked at with the eye. */
export function NewPassword({ value, onChange, label = 'Password' }: NewPasswordProps) {
  return (
    <PasswordInput
      label={label}
      description={`At least ${leastPassword} characters: several words are good ones.`}
      autoComplete="new-password"
      required
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

/** Why this cannot be one; null: it may. */
export const passwordProblem = (value: string): string | null =>
  value.length < leastPassword ? `The password needs ${leastPassword - value.length} more.` : null
