'use client'

import { NumberInput, Textarea, TextInput } from '@mantine/core'
import { forgeOfIssuer } from '@rollcall/rollout'
import type { FormEvent } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { useOrigin } from '../shell/origin.tsx'
import { AllowanceFields } from './allowance-fields.tsx'
import { ClaimFields } from './claim-fields.tsx'
import classes from './tokens.module.css'
import { type TrustForm, trustProblem } from './trust-form-state.ts'

interface TrustFieldsProps {
  form: TrustForm
  onChange: (change: Partial<TrustForm>) => void
  confirm: string
  busy: boolean
  error: { message: string; remedy: string | null } | null
  onSubmit: () => void
}

/** All that a trust says: who vouches, for which pipelines, and what that opens. */
export function TrustFields({ form, onChange, confirm, busy, error, onSubmit }: TrustFieldsProps) {
  const origin = useOrigin()
  const problem = trustProblem(form)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (problem === null && !busy) onSubmit()
  }
  const text = (field: 'name' | 'issuer' | 'audience') => ({
    value: form[field],
    onChange: (event: { currentTarget: { value: string } }) => onChange({ [field]: event.currentTarget.value }),
  })
  return (
    <form className={classes.wide} onSubmit={submit} aria-label="The trust">
      <Section title="Who vouches">
        <div className={classes.fields}>
          <TextInput
            label="Name"
            description="Of this trust, for people."
            placeholder="deploy acme/app"
            maxLength={100}
            {...text('name')}
          />
          <TextInput
            label="Issuer"
            description="The address of the forge as its proofs have it (iss). It is asked for its keys and nothing else."
            maxLength={500}
            classNames={{ input: 'mono' }}
            {...text('issuer')}
          />
          <TextInput
            label="Written for"
            description="What a proof must be written for (aud). Left empty, it is this Rollcall’s own address."
            placeholder={origin}
            maxLength={500}
            classNames={{ input: 'mono' }}
            {...text('audience')}
          />
        </div>
      </Section>
      <Section title="For which pipelines" note="all of these must be so">
        <ClaimFields
          forge={forgeOfIssuer(form.issuer.trim())}
          claims={form.claims}
          onChange={(claims) => onChange({ claims })}
        />
      </Section>
      <AllowanceFields capabilities={form.capabilities} environments={form.environments} onChange={onChange} />
      <Section title="For how long">
        <div className={classes.fields}>
          <NumberInput
            label="Minutes"
            description="What a pipeline is given is good for so long, 60 at most."
            min={1}
            max={60}
            allowDecimal={false}
            styles={{ wrapper: { width: 120 } }}
            value={form.minutes}
            onChange={(value) => typeof value === 'number' && onChange({ minutes: value })}
          />
          <details className={classes.more} open={form.keys !== ''}>
            <summary>The issuer cannot be asked from here</summary>
            <Textarea
              label="Keys"
              description="Its public keys as a JWKS; then it is never asked. They have to be changed here when they change there."
              autosize
              minRows={3}
              maxRows={12}
              classNames={{ input: 'mono' }}
              placeholder={'{"keys": [{"kty": "RSA", "kid": "…", "n": "…", "e": "AQAB"}]}'}
              value={form.keys}
              onChange={(event) => onChange({ keys: event.currentTarget.value })}
            />
          </details>
          {error && (
            <Notice tone="bad" title={error.message} role="alert">
              {error.remedy}
            </Notice>
          )}
          <div className={classes.actions}>
            <PermittedButton
              type="submit"
              needs="trust.manage"
              where="everywhere"
              look="primary"
              busy={busy}
              reason={problem}
            >
              {confirm}
            </PermittedButton>
            <Button href="/tokens">Leave it</Button>
          </div>
        </div>
      </Section>
    </form>
  )
}
