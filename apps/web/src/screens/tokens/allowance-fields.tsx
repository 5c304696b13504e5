'use client'

import { Checkbox } from '@mantine/core'
import { type Capability, capabilities } from '@rollcall/rollout'
import { useQuery } from '@tanstack/react-query'
import { useAccount } from '../../components/use-may.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Section } from '../../ui/section.tsx'
import { capabilityGroups, capabilityPresets, presetOf } from './capability-groups.ts'
import classes from './tokens.module.css'

export interface Allowance {
  capabilities: ReadonlySet<Capability>
  environments: 'everywhere' | readonly string[]
}

interface AllowanceFieldsProps extends Allowance {
  onChange: (change: Partial<Allowance>) => void
}

/** What something may do, and where. What the one who chooses does not have is not to be given, and says so. */
export function AllowanceFields({ capabilities: chosen, environments, onChange }: AllowanceFieldsProps) {
  const { data: account } = useAccount()
  const held = (capability: Capability) => account === undefined || account.rights[capability] !== undefined
  const set = (capability: Capability, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(capability)
    else next.delete(capability)
    onChange({ capabilities: next })
  }
  return (
    <>
      <Section
        title="What it may do"
        note="never more than you"
        aside={
          <Choice
            label="Usual choices"
            value={presetOf(chosen) ?? ''}
            options={capabilityPresets}
            onChange={(value) => {
              const preset = capabilityPresets.find((one) => one.value === value)
              if (preset) onChange({ capabilities: new Set(preset.capabilities.filter(held)) })
            }}
          />
        }
      >
        <div className={classes.groups}>
          {capabilityGroups.map(({ title, capabilities: names }) => (
            <fieldset key={title} className={classes.group}>
              <legend>{title}</legend>
              {names.map((capability) => (
                <Checkbox
                  key={capability}
                  label={capabilities[capability].words}
                  description={
                    held(capability) ? <span className="mono">{capability}</span> : 'You may not do this yourself.'
                  }
                  disabled={!held(capability) && !chosen.has(capability)}
                  checked={chosen.has(capability)}
                  onChange={(event) => set(capability, event.currentTarget.checked)}
                />
              ))}
            </fieldset>
          ))}
        </div>
      </Section>
      <Where chosen={chosen} environments={environments} onChange={onChange} />
    </>
  )
}

function Where({
  chosen,
  environments,
  onChange,
}: { chosen: Allowance['capabilities'] } & Omit<AllowanceFieldsProps, 'capabilities'>) {
  const trpc = useTRPC()
  const { data = [] } = useQuery(trpc.environments.list.queryOptions())
  const everywhere = environments === 'everywhere'
  const ofAll = [...chosen].filter((capability) => capabilities[capability].where === 'installation')
  return (
    <Section title="Where">
      <div className={classes.fields}>
        <fieldset className={classes.places}>
          <legend className="visually-hidden">Where it may do this</legend>
          {data.map(({ slug }) => (
            <Checkbox
              key={slug}
              label={slug}
              checked={everywhere || environments.includes(slug)}
              disabled={everywhere}
              onChange={(event) => {
                const others = everywhere ? [] : environments.filter((one) => one !== slug)
                onChange({ environments: event.currentTarget.checked ? [...others, slug] : others })
              }}
            />
          ))}
          <Checkbox
            label="everywhere"
            description="also in environments that are yet to come"
            checked={everywhere}
            onChange={(event) => onChange({ environments: event.currentTarget.checked ? 'everywhere' : [] })}
          />
        </fieldset>
        {!everywhere && ofAll.length > 0 && (
          <p className="dim small">
            Whatever is chosen here: {ofAll.map((capability) => capabilities[capability].words).join(', ')}. That
            belongs to no environment.
          </p>
        )}
      </div>
    </Section>
  )
}
