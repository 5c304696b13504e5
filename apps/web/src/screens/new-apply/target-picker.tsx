'use client'

import { Select, TextInput } from '@mantine/core'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { plural } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Section } from '../../ui/section.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import type { FormChange, FormState } from './form-state.ts'
import { TargetList } from './target-list.tsx'
import classes from './target-picker.module.css'

interface TargetPickerProps {
  form: FormState
  onChange: (change: FormChange) => void
  error: string | null
  /** by the form, or by the policy there */
  canary: string | null
  canaryError: string | null
}

/** Everybody, or those who are picked from a list that says what each runs; and who goes first. */
export function TargetPicker({ form, onChange, error, canary, canaryError }: TargetPickerProps) {
  const trpc = useTRPC()
  const [q, setQ] = useState('')
  const { environment, component } = form
  const fleet = useQuery(trpc.fleet.get.queryOptions(environment && component ? { environment, component } : skipToken))
  const targets = fleet.data?.targets ?? []
  const picked = useMemo(() => new Set(form.targets ?? []), [form.targets])
  const shown = useMemo(() => {
    const text = q.trim().toLowerCase()
    return (fleet.data?.targets ?? []).filter(
      ({ slug, observedSha }) => slug.includes(text) || observedSha?.startsWith(text),
    )
  }, [fleet.data, q])
  // In the order of the fleet, whatever the order of picking was.
  const pick = (slugs: ReadonlySet<string>) =>
    onChange({ targets: targets.map(({ slug }) => slug).filter((slug) => slugs.has(slug)) })
  const toggle = (slug: string) => {
    const next = new Set(picked)
    if (!next.delete(slug)) next.add(slug)
    pick(next)
  }
  const eligible = form.targets ? targets.filter(({ slug }) => picked.has(slug)) : targets
  return (
    <Section
      title="Which tenants"
      note={form.targets ? `${picked.size} of ${targets.length}` : `all ${targets.length}`}
    >
      <div className={classes.picker}>
        <Choice
          look="switch"
          label="Tenants"
          value={form.targets === null ? 'all' : 'picked'}
          options={[
            { value: 'all', label: 'the whole fleet' },
            { value: 'picked', label: 'picked ones' },
          ]}
          onChange={(value) => onChange({ targets: value === 'all' ? null : [] })}
        />
        {form.targets !== null && (
          <>
            <div className={classes.tools}>
              <TextInput
                data-search
                type="search"
                size="xs"
                aria-label="Find tenants by slug or build"
                placeholder="slug or sha"
                value={q}
                onChange={(event) => setQ(event.currentTarget.value)}
              />
              <Button small look="quiet" onClick={() => pick(new Set([...picked, ...shown.map(({ slug }) => slug)]))}>
                Pick {q.trim() === '' ? 'all' : plural(shown.length, 'match', 'matches')}
              </Button>
              <Button small look="quiet" onClick={() => pick(new Set())}>
                Clear
              </Button>
            </div>
            {fleet.isPending ? (
              <SkeletonRows rows={5} height={32} />
            ) : (
              <TargetList targets={shown} picked={picked} onToggle={toggle} />
            )}
          </>
        )}
        {error && (
          <p className={classes.error} role="status">
            {error}
          </p>
        )}
        <Select
          label="Canary"
          description="goes first and alone; the others wait until it is proven and has soaked"
          placeholder="none"
          clearable
          searchable
          limit={60}
          value={canary || null}
          data={eligible.map(({ slug }) => slug)}
          error={canaryError}
          onChange={(chosen) => onChange({ canary: chosen ?? '' })}
          nothingFoundMessage="No such tenant"
        />
      </div>
    </Section>
  )
}
