'use client'

import { TextInput } from '@mantine/core'
import type { ImageSetView } from '@rollcall/services'
import { shortSha } from '../../format/sha.ts'
import { Time } from '../../ui/time.tsx'
import { GateStatus } from './gate.tsx'
import classes from './promotions.module.css'

interface CommitPickerProps {
  set: ImageSetView
  sha: string
  onChange: (sha: string) => void
}

/** The newest builds with what the gate says of each, or any other commit by name. */
export function CommitPicker({ set, sha, onChange }: CommitPickerProps) {
  const isListed = set.candidates.some(({ build }) => build.sha === sha)
  return (
    <fieldset className={classes.choices}>
      <legend className="visually-hidden">Commit</legend>
      {set.candidates.map(({ build, gate }) => (
        <label key={build.id} data-on={build.sha === sha || undefined}>
          <input type="radio" name="commit" checked={build.sha === sha} onChange={() => onChange(build.sha)} />
          <span className="mono">{shortSha(build.sha)}</span>
          {gate ? <GateStatus gate={gate} /> : <span className="faint">no gate</span>}
          <span className={classes.said}>
            made <Time at={build.orderedAt} quiet />
          </span>
        </label>
      ))}
      <TextInput
        mt={10}
        label="Another commit"
        description="In full, or its first characters where they name one build."
        placeholder="40 characters, or at least 7"
        value={isListed ? '' : sha}
        onChange={(event) => onChange(event.currentTarget.value.trim())}
      />
    </fieldset>
  )
}
