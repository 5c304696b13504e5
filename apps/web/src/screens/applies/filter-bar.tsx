'use client'

import type { ApplyState } from '@rollcall/rollout'
import { useQuery } from '@tanstack/react-query'
import { OneOf } from '../../components/one-of.tsx'
import { applyWords } from '../../components/vocabulary.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Choice } from '../../ui/choice.tsx'
import { FilterRow } from '../../ui/filter-row.tsx'
import { groupLabels, groupOf, type StateGroup, stateGroups } from './filters.ts'

interface Filters {
  state: ApplyState[] | null
  environment: string | null
  component: string | null
}

interface FilterBarProps {
  filters: Filters
  onChange: (change: Partial<Filters>) => void
}

const groups = Object.keys(stateGroups) as StateGroup[]

/** What to show; a choice of states that is no group of ours is named as it stands in the address. */
export function FilterBar({ filters, onChange }: FilterBarProps) {
  const trpc = useTRPC()
  const environments = useQuery(trpc.environments.list.queryOptions())
  const components = useQuery(trpc.components.list.queryOptions())
  const own = filters.state !== null && groupOf(filters.state) === null ? filters.state : null
  return (
    <FilterRow
      label="Which applies"
      choice={
        <Choice
          label="State"
          value={filters.state === null ? 'all' : (groupOf(filters.state) ?? 'own')}
          onChange={(value) => {
            if (value !== 'own') onChange({ state: value === 'all' ? null : [...stateGroups[value as StateGroup]] })
          }}
          options={[
            { value: 'all', label: 'all' },
            ...groups.map((group) => ({ value: group, label: groupLabels[group] })),
            ...(own ? [{ value: 'own', label: own.map((state) => applyWords[state].word).join(' or ') }] : []),
          ]}
        />
      }
    >
      <OneOf
        label="Environment"
        every="every environment"
        value={filters.environment}
        known={environments.data?.map(({ slug }) => slug)}
        onChange={(environment) => onChange({ environment })}
      />
      <OneOf
        label="Component"
        every="every component"
        value={filters.component}
        known={components.data?.map(({ slug }) => slug)}
        onChange={(component) => onChange({ component })}
      />
    </FilterRow>
  )
}
