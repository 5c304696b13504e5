import { Nothing } from '../ui/nothing.tsx'
import { Sha } from '../ui/sha.tsx'

interface ObservedProps {
  kind: string | null
  sha: string | null
  quiet?: boolean
}

/** What the tenant itself answered: a commit, or in words what came instead of one. */
export function Observed({ kind, sha, quiet = true }: ObservedProps) {
  if (sha) return <Sha sha={sha} quiet={quiet} />
  if (kind === null) return <Nothing />
  return <span>{kind.replaceAll('_', ' ')}</span>
}

/** What the control plane said, in its own words; `brief` leaves out what it added after the first. */
export function Claimed({ claim, brief = false }: { claim: string | null; brief?: boolean }) {
  if (claim === null) return <Nothing />
  const words = claim.replaceAll('_', ' ')
  return <span>{brief ? words.split(',')[0] : words}</span>
}
