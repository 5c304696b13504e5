import type { OperationState, Verdict } from '@rollcall/rollout'
import { formatCount } from '../format/count.ts'
import { Bar, type Segment } from '../ui/bar.tsx'
import { toneClass } from '../ui/tone.ts'
import classes from './counts.module.css'
import { operationWords, verdictOrder, verdictWords } from './vocabulary.ts'

type Counts = Record<OperationState, number>

/** Left to right as a rollout goes: proven, failed, moving, waiting, taken out. */
const barOrder: readonly OperationState[] = [
  'completed',
  'rolled_back',
  'failed',
  'failed_retryable',
  'running',
  'pending',
  'stopped',
  'cancelled',
  'skipped',
]
const quiet: ReadonlySet<OperationState> = new Set(['pending', 'stopped', 'cancelled', 'skipped'])

function segmentsOf(counts: Counts): Segment[] {
  return barOrder.map((state) => ({
    key: state,
    label: operationWords[state].word,
    count: counts[state] ?? 0,
    tone: operationWords[state].tone,
    quiet: quiet.has(state),
  }))
}

/** What became of the operations of an apply so far. */
export function CountsBar({ counts, height }: { counts: Counts; height?: 'thin' | 'normal' }) {
  return <Bar of="tenants" segments={segmentsOf(counts)} height={height} />
}

/** The same in words: `8 completed · 2 failed · 14 pending`; states that nobody is in are left out. */
export function CountsLine({ counts }: { counts: Counts }) {
  return (
    <span className={classes.line}>
      {segmentsOf(counts)
        .filter(({ count }) => count > 0)
        .map(({ key, label, count, tone }) => (
          <span key={key}>
            <b className={`${classes.number} ${toneClass(tone)}`}>{formatCount(count)}</b> {label}
          </span>
        ))}
    </span>
  )
}

/** What the tenants of a fleet answered; proven first, so that the eye finds where it ends. */
export function VerdictBar({ verdicts, height }: { verdicts: Record<Verdict, number>; height?: 'thin' | 'normal' }) {
  const order = [...verdictOrder].sort((a, b) => Number(b === 'fresh') - Number(a === 'fresh'))
  return (
    <Bar
      of="tenants"
      height={height}
      segments={order.map((verdict) => ({
        key: verdict,
        label: verdictWords[verdict].word,
        count: verdicts[verdict] ?? 0,
        tone: verdictWords[verdict].tone,
        // Nothing is known of these: they recede behind those that failed to answer.
        quiet: verdict === 'unknown' || verdict === 'never_seen',
      }))}
    />
  )
}
