'use client'

import { Select, TextInput } from '@mantine/core'
import { Choice } from '../../ui/choice.tsx'
import { Icon } from '../../ui/icons.tsx'
import classes from './fleet.module.css'

interface FleetToolsProps {
  q: string
  view: 'grid' | 'table'
  component: string
  components: readonly string[]
  onChange: (change: { q?: string | null; view?: 'grid' | 'table'; component?: string }) => void
}

/** Search, component, and picture or table. */
export function FleetTools({ q, view, component, components, onChange }: FleetToolsProps) {
  return (
    <div className={classes.tools}>
      {components.length > 1 && (
        <Select
          aria-label="Component"
          size="xs"
          w={170}
          allowDeselect={false}
          value={component}
          data={[...components]}
          onChange={(slug) => slug !== null && onChange({ component: slug })}
        />
      )}
      <TextInput
        data-search
        type="search"
        aria-label="Find a tenant by slug or build"
        placeholder="slug or sha"
        size="xs"
        w={170}
        leftSection={<Icon name="search" size={13} />}
        value={q}
        onChange={(event) => onChange({ q: event.currentTarget.value || null })}
      />
      <Choice
        look="switch"
        label="View"
        value={view}
        options={[
          { value: 'grid', label: 'grid' },
          { value: 'table', label: 'table' },
        ]}
        onChange={(value) => onChange({ view: value === 'table' ? 'table' : 'grid' })}
      />
    </div>
  )
}
