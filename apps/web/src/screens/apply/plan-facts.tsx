import { parseOnFailure } from '@rollcall/rollout'
import type { ApplyView } from '@rollcall/services'
import { policyWords, releaseWords } from '../../components/vocabulary.ts'
import { plural } from '../../format/count.ts'
import { formatDuration } from '../../format/time.ts'
import { Hint } from '../../ui/hint.tsx'
import { Fact, Facts } from '../../ui/section.tsx'
import { Sha } from '../../ui/sha.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './plan-facts.module.css'

/** What was agreed before it began: the hash that approvals bind to, the policy, and who agreed. */
export function PlanFacts({ apply }: { apply: ApplyView }) {
  const policy = parseOnFailure(apply.onFailure)
  return (
    <div className={classes.plan}>
      <h2>Plan</h2>
      <Facts>
        <Fact name="hash">
          <Sha sha={apply.planHash} />
        </Fact>
        <Fact name="canary">{apply.canary ? <span className="mono">{apply.canary}</span> : 'none'}</Fact>
        {apply.canary && <Fact name="soak after it">{formatDuration(apply.soakSeconds * 1000)}</Fact>}
        <Fact name="batch">{plural(apply.batchSize, 'tenant')}</Fact>
        <Fact name="on failure">
          <Hint label={policyWords[policy]}>
            {(bind) => (
              <span {...bind}>
                {policy}
                {apply.released && policy === 'pause' && ', released'}
              </span>
            )}
          </Hint>
        </Fact>
        <Fact name="stragglers">
          {Math.min(apply.counts.failed, apply.maxStragglers)} of {apply.maxStragglers}
        </Fact>
        <Fact name="release">{releaseWords[apply.releaseStatus]}</Fact>
        <Fact name="lane">{apply.settled ? 'free' : apply.startedAt ? 'taken' : 'not taken yet'}</Fact>
        <Fact name="approval">
          <Approval apply={apply} />
        </Fact>
      </Facts>
    </div>
  )
}

function Approval({ apply }: { apply: ApplyView }) {
  if (apply.rejectedBy) return <Status tone="none" shape="slash" word={`rejected by ${apply.rejectedBy}`} />
  if (apply.approvedBy) {
    return (
      <span className={classes.approval}>
        <Status tone="good" shape="check" word={`by ${apply.approvedBy}`} />
        {apply.approvedAt && <Time at={apply.approvedAt} />}
      </span>
    )
  }
  if (!apply.requiresApproval) return 'not asked for'
  if (apply.settled) return 'never given'
  return <Status tone="person" shape="hand" word="needed" />
}
