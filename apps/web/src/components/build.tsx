import { Icon } from '../ui/icons.tsx'
import { Sha } from '../ui/sha.tsx'
import classes from './build.module.css'

/** `workspace-server 9c2e2b6 → production`: what goes where. Inside links nothing of it is a control. */
export function BuildTo({ component, sha, environment }: { component: string; sha: string; environment: string }) {
  return (
    <span className={classes.line}>
      <span>{component}</span> <Sha sha={sha} quiet /> <Arrow /> <span>{environment}</span>
    </span>
  )
}

/** From one build to another; nothing on the left is a first build. */
export function FromTo({ from, to, quiet }: { from: string | null; to: string; quiet?: boolean }) {
  return (
    <span className={classes.line}>
      <Sha sha={from} none="nothing" quiet={quiet} /> <Arrow /> <Sha sha={to} quiet={quiet} />
    </span>
  )
}

export function Arrow() {
  return (
    <span className={classes.arrow}>
      <Icon name="arrow" size={13} />
      <span className="visually-hidden">to</span>
    </span>
  )
}
