'use client'

import { Checkbox, NumberInput, Select } from '@mantine/core'
import { onFailurePolicies, parseOnFailure } from '@rollcall/rollout'
import type { BuildRef, EnvironmentView, PlanPreview } from '@rollcall/services'
import { off, PermittedCheckbox } from '../../components/permitted.tsx'
import { policyWords } from '../../components/vocabulary.ts'
import { Choice } from '../../ui/choice.tsx'
import { Section } from '../../ui/section.tsx'
import { BuildPicker } from './build-picker.tsx'
import type { FormChange, FormState } from './form-state.ts'
import classes from './new-apply.module.css'
import { TargetPicker } from './target-picker.tsx'

interface PlanFormProps {
  form: FormState
  onChange: (change: FormChange) => void
  environments: readonly EnvironmentView[]
  components: readonly { slug: string }[]
  builds: readonly BuildRef[]
  /** what it comes to by the policy there; null: that is not known yet */
  preview: PlanPreview | null
}

/** The choices, from where to how; what is refused is said at the field it is about. */
export function PlanForm({ form, onChange, environments, components, builds, preview }: PlanFormProps) {
  const refusals = preview?.refusals ?? []
  const policy = preview?.policy ?? null
  const kept = preview?.approvalKept ?? null
  const onFailure = form.onFailure ?? parseOnFailure(policy?.onFailure ?? '')
  const refused = (...fields: string[]) => {
    const found = refusals.find(({ field }) => fields.includes(field))
    return found ? `${found.message} ${found.remedy}` : null
  }
  const codes = new Set(refusals.map(({ code }) => code))
  return (
    <form className={classes.form} onSubmit={(event) => event.preventDefault()} aria-label="The plan">
      <Section title="Where">
        <div className={classes.fields}>
          <div>
            <Choice
              look="switch"
              label="Environment"
              value={form.environment ?? ''}
              options={environments.map(({ slug }) => ({ value: slug, label: slug }))}
              onChange={(environment) => onChange({ environment, targets: null, canary: null })}
            />
          </div>
          {components.length > 1 && (
            <Select
              label="Component"
              allowDeselect={false}
              value={form.component}
              data={components.map(({ slug }) => slug)}
              onChange={(component) => onChange({ component, sha: null })}
            />
          )}
        </div>
      </Section>
      <Section title="Which build" note={form.component}>
        <BuildPicker builds={builds} sha={form.sha} onChange={(sha) => onChange({ sha })} error={refused('sha')} />
        {(codes.has('would_move_back') || form.downgrade) && (
          <PermittedCheckbox
            needs="override.downgrade"
            where={form.environment ?? 'anywhere'}
            mt={10}
            label="Move tenants backward"
            description="They run a newer build than this one."
            checked={form.downgrade}
            onChange={(checked) => onChange({ downgrade: checked || null })}
          />
        )}
        {(codes.has('order_unknown') || form.unknownOrder) && (
          <PermittedCheckbox
            needs="override.unknown_order"
            where={form.environment ?? 'anywhere'}
            mt={10}
            label="Go although the order is not known"
            description="It cannot be told whether this build is newer than what they run."
            checked={form.unknownOrder}
            onChange={(checked) => onChange({ unknownOrder: checked || null })}
          />
        )}
      </Section>
      <TargetPicker
        form={form}
        onChange={onChange}
        error={refused('targets', 'environment')}
        canary={form.canary ?? policy?.canary ?? null}
        canaryError={refused('canary')}
      />
      <Section title="How">
        <div className={classes.fields}>
          <div className={classes.numbers}>
            <NumberInput
              label="Batch"
              description="at once"
              min={1}
              max={1000}
              allowDecimal={false}
              value={form.batch ?? policy?.batchSize ?? ''}
              error={refused('batchSize')}
              onChange={(value) => typeof value === 'number' && onChange({ batch: value })}
            />
            <NumberInput
              label="Soak"
              description="seconds"
              min={0}
              max={86_400}
              allowDecimal={false}
              value={form.soak ?? policy?.soakSeconds ?? ''}
              error={refused('soakSeconds')}
              onChange={(value) => typeof value === 'number' && onChange({ soak: value })}
            />
            <NumberInput
              label="Stragglers"
              description="tolerated"
              min={0}
              allowDecimal={false}
              value={form.stragglers ?? policy?.maxStragglers ?? ''}
              error={refused('maxStragglers')}
              onChange={(value) => typeof value === 'number' && onChange({ stragglers: value })}
            />
          </div>
          <div className={classes.policy}>
            <span className={classes.label}>On failure</span>
            <Choice
              look="switch"
              label="On failure"
              value={onFailure}
              options={onFailurePolicies.map((policy) => ({ value: policy, label: policy }))}
              onChange={(policy) => onChange({ onFailure: parseOnFailure(policy) })}
            />
            <p className="dim small" aria-live="polite">
              {policyWords[onFailure]}
            </p>
          </div>
          <Checkbox
            label="Needs approval"
            description={
              kept
                ? `${kept.message} ${kept.remedy}`
                : 'Nothing starts until a person has approved this plan by its hash.'
            }
            checked={form.approval ?? policy?.requiresApproval ?? false}
            {...(kept === null ? {} : { styles: off })}
            aria-disabled={(kept !== null && form.approval !== false) || undefined}
            onChange={({ currentTarget: { checked } }) => {
              if (kept === null) onChange({ approval: checked })
              // what a link has switched off can be switched on again
              else if (checked) onChange({ approval: null })
            }}
          />
        </div>
      </Section>
    </form>
  )
}
