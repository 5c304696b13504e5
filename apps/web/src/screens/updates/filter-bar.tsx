'use client'

import type { UpdateCounts } from '@rollcall/services'
import { useQuery } from '@tanstack/react-query'
import { OneOf } from '../../components/one-of.tsx'
import { formatCount } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Choice } from '../../ui/choice.tsx'
import { FilterRow } from '../../ui/filter-row.tsx'
import { countOf, groupNames, noStates, type UpdateGroup, updateGroups } from './groups.ts'

interface Filters {
  why: UpdateGroup | null
  environment: string | null
  deploy: string | null
}

interface FilterBarProps {
  filters: Filters
  counts: UpdateCounts | undefined
  onChange: (change: Partial<Filters>) => void
}

/** Why not yet, each with how many there are; and whose. A group that is empty stays, so that nothing moves. */
export function FilterBar({ filters, counts, onChange }: FilterBarProps) {
  const trpc = useTRPC()
  const environments = useQuery(trpc.environments.list.queryOptions())
  const deploys = useQuery(trpc.updates.deploys.queryOptions())
  const states = counts?.states ?? noStates
  const number = (count: number) => (count === 0 ? {} : { count: formatCount(count) })
  return (
    <FilterRow
      label="Which updates"
      choice={
        <Choice
          label="Why not yet"
          value={filters.why ?? 'all'}
          onChange={(value) => onChange({ why: value === 'all' ? null : (value as UpdateGroup) })}
          options={[
            { value: 'all', label: 'all' },
            ...groupNames.map((group) => ({
              value: group,
              label: updateGroups[group].label,
              ...number(countOf(group, states)),
            })),
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
        label="Deploy"
        every="every deploy"
        value={filters.deploy}
        known={deploys.data?.map(({ deploy_name }) => deploy_name)}
        onChange={(deploy) => onChange({ deploy })}
      />
    </FilterRow>
  )
}
