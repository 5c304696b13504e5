import type { BuildRef } from '@rollcall/services'
import { shortSha } from '../../format/sha.ts'
import { Time } from '../../ui/time.tsx'
import classes from './build-picker.module.css'

interface BuildPickerProps {
  builds: readonly BuildRef[]
  sha: string | null
  onChange: (sha: string) => void
  error: string | null
}

/** Published builds, newest first, one to choose. A build from the address that is not among them stays chosen. */
export function BuildPicker({ builds, sha, onChange, error }: BuildPickerProps) {
  return (
    <fieldset className={classes.builds}>
      <legend className="visually-hidden">Build</legend>
      {sha !== null && !builds.some((build) => build.sha === sha) && (
        <label data-on>
          <input type="radio" name="build" checked readOnly />
          <span className="mono">{shortSha(sha)}</span>
          <span className="faint">not among the newest</span>
        </label>
      )}
      {builds.map((build, index) => (
        <label key={build.id} data-on={build.sha === sha || undefined}>
          <input type="radio" name="build" checked={build.sha === sha} onChange={() => onChange(build.sha)} />
          <span className="mono">{shortSha(build.sha)}</span>
          <span className={classes.tag}>
            {build.branch}
            {build.tag !== '' && <span className="faint"> {build.tag}</span>}
          </span>
          <span className={classes.age}>
            {index === 0 && <b>newest </b>}
            <Time at={build.publishedAt} quiet />
          </span>
        </label>
      ))}
      {error && (
        <p className={classes.error} role="status">
          {error}
        </p>
      )}
    </fieldset>
  )
}
