'use client'

import { Checkbox } from '@mantine/core'
import classes from './secrets.module.css'

interface ChoicesProps {
  label: string
  options: readonly string[]
  chosen: readonly string[]
  onChange: (chosen: readonly string[]) => void
}

/** Origins to choose from. */
export function Choices({ label, options, chosen, onChange }: ChoicesProps) {
  return (
    <fieldset className={classes.choices}>
      <legend>{label}</legend>
      {options.map((option) => (
        <Checkbox
          key={option}
          label={<span className="mono">{option}</span>}
          checked={chosen.includes(option)}
          onChange={(event) =>
            onChange(event.currentTarget.checked ? [...chosen, option] : chosen.filter((one) => one !== option))
          }
        />
      ))}
    </fieldset>
  )
}
