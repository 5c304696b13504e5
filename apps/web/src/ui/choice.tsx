'use client'

import classes from './choice.module.css'

interface ChoiceProps {
  label: string
  value: string
  options: readonly { value: string; label: string; count?: string }[]
  onChange: (value: string) => void
  /** `words` is a line of words, the chosen one underlined; `switch` is a framed pair or triple. */
  look?: 'words' | 'switch'
}

/** One of a few. Arrow keys move within it, as in any set of radio buttons. */
export function Choice({ label, value, options, onChange, look = 'words' }: ChoiceProps) {
  return (
    <fieldset className={classes[look]}>
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} data-on={option.value === value || undefined}>
          <input
            type="radio"
            className="visually-hidden"
            name={label}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
          {option.count !== undefined && <span className={classes.count}>{option.count}</span>}
        </label>
      ))}
    </fieldset>
  )
}
