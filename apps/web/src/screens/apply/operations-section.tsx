'use client'

import type { OperationState } from '@rollcall/rollout'
import type { ApplyView } from '@rollcall/services'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { Trouble } from '../../components/trouble.tsx'
import { formatCount } from '../../format/count.ts'
import { Choice } from '../../ui/choice.tsx'
import { Section } from '../../ui/section.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { OperationsTable } from './operations-table.tsx'
import { useOperations } from './use-operations.ts'

const groups = {
  failed: ['failed', 'rolled_back'],
  moving: ['running', 'failed_retryable'],
  waiting: ['pending'],
  proven: ['completed'],
  out: ['stopped', 'cancelled', 'skipped'],
} as const satisfies Record<string, readonly OperationState[]>
type Group = keyof typeof groups
const groupNames = Object.keys(groups) as Group[]
const groupLabels: Record<Group, string> = {
  failed: 'failed',
  moving: 'moving',
  waiting: 'waiting',
  proven: 'proven',
  out: 'taken out',
}

/** Every operation in rollout order, or one kind of them; which kind stands in the address. */
export function OperationsSection({ apply }: { apply: ApplyView }) {
  const [show, setShow] = useQueryState('show', parseAsStringLiteral(groupNames))
  const countOf = (group: Group) => groups[group].reduce((sum, state) => sum + apply.counts[state], 0)
  const present = groupNames.filter((group) => countOf(group) > 0 || group === show)
  return (
    <Section
      title="Operations, in rollout order"
      aside={
        <Choice
          label="Which operations"
          value={show ?? 'all'}
          onChange={(value) => setShow(value === 'all' ? null : (value as Group))}
          options={[
            { value: 'all', label: 'all', count: formatCount(apply.total) },
            ...present.map((group) => ({
              value: group,
              label: groupLabels[group],
              count: formatCount(countOf(group)),
            })),
          ]}
        />
      }
    >
      <Operations key={show ?? 'all'} apply={apply} show={show} total={show ? countOf(show) : apply.total} />
    </Section>
  )
}

function Operations({ apply, show, total }: { apply: ApplyView; show: Group | null; total: number }) {
  const operations = useOperations(apply.id, show ? groups[show] : null)
  if (operations.error && operations.rows.length === 0) {
    return <Trouble error={operations.error} retry={operations.retry} />
  }
  if (operations.pending) return <SkeletonRows rows={Math.min(12, apply.total)} height={42} />
  if (operations.rows.length === 0)
    return <p className="dim">None of the operations is {groupLabels[show ?? 'out']} now.</p>
  return (
    <OperationsTable
      apply={apply}
      rows={operations.rows}
      total={total}
      onNearEnd={operations.more ? operations.loadMore : undefined}
      onRange={operations.onRange}
      tail={operations.loadingMore ? <SkeletonRows rows={3} height={42} /> : null}
    />
  )
}
