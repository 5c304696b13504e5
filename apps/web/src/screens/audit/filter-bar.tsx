'use client'

import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { OneOf } from '../../components/one-of.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Choice } from '../../ui/choice.tsx'
import { FilterRow } from '../../ui/filter-row.tsx'
import classes from './audit.module.css'
import type { AuditFilters } from './filters.ts'

interface FilterBarProps {
  filters: AuditFilters
  onChange: (change: Partial<AuditFilters>) => void
}

/** Which rows; every part of it stands in the address. */
export function FilterBar({ filters, onChange }: FilterBarProps) {
  const trpc = useTRPC()
  const { data: facets } = useQuery(trpc.audit.facets.queryOptions(undefined, { staleTime: 60_000 }))
  return (
    <FilterRow
      label="Which rows"
      choice={
        <Choice
          label="Outcome"
          value={filters.outcome ?? 'all'}
          onChange={(value) => onChange({ outcome: value === 'done' || value === 'refused' ? value : null })}
          options={['all', 'done', 'refused'].map((value) => ({ value, label: value }))}
        />
      }
    >
      <OneOf
        label="Who"
        every="everybody"
        value={filters.actor}
        known={facets?.actors}
        onChange={(actor) => onChange({ actor })}
      />
      <OneOf
        label="What"
        every="everything"
        value={filters.action}
        known={facets?.actions}
        onChange={(action) => onChange({ action })}
      />
      <OneOf
        label="Where"
        every="everywhere"
        value={filters.environment}
        known={facets?.environments}
        onChange={(environment) => onChange({ environment })}
      />
      <OneOf
        label="By what way"
        every="by any way"
        value={filters.via}
        known={facets?.vias}
        onChange={(via) => onChange({ via })}
      />
      <Day label="From" value={filters.from} onChange={(from) => onChange({ from })} />
      <Day label="To" value={filters.to} onChange={(to) => onChange({ to })} />
      <ReasonSearch value={filters.text} onChange={(text) => onChange({ text })} />
    </FilterRow>
  )
}

function Day({
  label,
  value,
  onChange,
}: {
  label: string
  value: string | null
  onChange: (day: string | null) => void
}) {
  return (
    <TextInput
      type="date"
      size="xs"
      leftSection={<span className={classes.end}>{label.toLowerCase()}</span>}
      leftSectionWidth={44}
      aria-label={`${label}, a day in UTC`}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  )
}

/** Asked when the typing rests. */
const restMs = 300

function ReasonSearch({ value, onChange }: { value: string | null; onChange: (text: string | null) => void }) {
  const [typed, setTyped] = useState(value ?? '')
  useEffect(() => setTyped(value ?? ''), [value])
  useEffect(() => {
    if (typed === (value ?? '')) return
    const timer = setTimeout(() => onChange(typed.trim() === '' ? null : typed), restMs)
    return () => clearTimeout(timer)
  }, [typed, value, onChange])
  return (
    <TextInput
      size="xs"
      data-search
      aria-label="Text in the reason"
      placeholder="text in the reason"
      value={typed}
      maxLength={200}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  )
}
