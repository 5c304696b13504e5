'use client'

import { Select } from '@mantine/core'

interface OneOfProps {
  label: string
  /** what is shown when nothing is chosen */
  every: string
  value: string | null
  known: readonly string[] | undefined
  onChange: (value: string | null) => void
}

/** A filter by one name, or by none. A name in the address that nobody knows stays to be seen and taken back. */
export function OneOf({ label, every, value, known = [], onChange }: OneOfProps) {
  const values = value !== null && !known.includes(value) ? [value, ...known] : known
  return (
    <Select
      aria-label={label}
      size="xs"
      allowDeselect={false}
      value={value ?? ''}
      data={[{ value: '', label: every }, ...values.map((name) => ({ value: name, label: name }))]}
      onChange={(name) => onChange(name === '' ? null : name)}
    />
  )
}
