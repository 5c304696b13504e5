'use client'

import { Checkbox } from '@mantine/core'
import type { Capability } from '@rollcall/rollout'
import type { ComponentProps } from 'react'
import { Button } from '../ui/button.tsx'
import { useMayAll, type Where } from './use-may.ts'

interface Permission {
  /** all of these are needed */
  needs: Capability | readonly [Capability, ...Capability[]]
  where: Where
}

const listOf = (needs: Permission['needs']) => (typeof needs === 'string' ? ([needs] as const) : needs)

/**
 * A button for what not everybody may do. Whoever may not is told what is missing and who has it; that comes before
 * whatever else stands in the way, which is of no use to them.
 */
export function PermittedButton({ needs, where, reason, ...button }: Permission & ComponentProps<typeof Button>) {
  const { why } = useMayAll(listOf(needs), where)
  return <Button {...button} reason={why ?? reason} />
}

interface PermittedCheckboxProps extends Permission {
  label: string
  description: string
  checked: boolean
  onChange: (checked: boolean) => void
  mt?: number
}

/** How a choice looks that cannot be made, or not be taken back; its description says why. */
export const off = { input: { borderStyle: 'dashed', cursor: 'help' } } as const

/**
 * The same for a choice that overrules something. It stays where the keyboard finds it and says in its description why it
 * cannot be made; one that was made already, by a link, can always be taken back.
 */
export function PermittedCheckbox({ needs, where, description, checked, onChange, ...box }: PermittedCheckboxProps) {
  const { why } = useMayAll(listOf(needs), where)
  return (
    <Checkbox
      {...box}
      description={why ?? description}
      checked={checked}
      aria-disabled={(why !== null && !checked) || undefined}
      {...(why === null ? {} : { styles: off })}
      onChange={(event) => {
        if (why === null || checked) onChange(event.currentTarget.checked)
      }}
    />
  )
}
