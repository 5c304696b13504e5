import { shortSha } from '../../format/sha.ts'
import classes from './fleet-row.module.css'

interface BuildsBarProps {
  builds: readonly { sha: string; targets: number }[]
  rankOf: (sha: string) => number
}

/** Which builds a fleet runs, in inks rather than tones: a build is neither good nor bad. */
export function BuildsBar({ builds, rankOf }: BuildsBarProps) {
  const first = builds.slice(0, 3)
  const others = builds.slice(3).reduce((sum, { targets }) => sum + targets, 0)
  const spoken = builds.map(({ sha, targets }) => `${shortSha(sha)} on ${targets}`).join(', ')
  if (builds.length === 0) return <p className="faint small">No tenant has said what it runs.</p>
  return (
    <div className={classes.inks} role="img" aria-label={`Builds: ${spoken}`}>
      {first.map(({ sha, targets }) => (
        <i key={sha} className={classes.ink} data-rank={rankOf(sha)} style={{ flexGrow: targets }} />
      ))}
      {others > 0 && <i className={classes.ink} data-rank={3} style={{ flexGrow: others }} />}
    </div>
  )
}
