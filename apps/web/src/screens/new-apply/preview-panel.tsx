'use client'

import type { Capability } from '@rollcall/rollout'
import type { OpenApplyInput, PlanPreview } from '@rollcall/services'
import Link from 'next/link'
import { PermittedButton } from '../../components/permitted.tsx'
import { troubleOf } from '../../components/trouble.tsx'
import { applyWords } from '../../components/vocabulary.ts'
import { plural } from '../../format/count.ts'
import { shortSha } from '../../format/sha.ts'
import { Bar } from '../../ui/bar.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Sha } from '../../ui/sha.tsx'
import classes from './new-apply.module.css'
import { PreviewTable } from './preview-table.tsx'

interface PreviewPanelProps {
  input: OpenApplyInput
  preview: PlanPreview
  /** The form has changed and this is not its answer yet. */
  settling: boolean
  opening: boolean
  error: unknown
  onOpen: (planHash: string) => void
}

/** What would happen: in a sentence, per tenant, and to whom else; then the button for exactly this plan. */
export function PreviewPanel({ input, preview, settling, opening, error, onOpen }: PreviewPanelProps) {
  const { planHash, refusals, policy, summary, operations, supersedes, waitsBehind } = preview
  const reason = settling
    ? 'The plan is being made again.'
    : planHash === null
      ? `${plural(refusals.length, 'thing')} to put right first. ${refusals[0]?.message ?? ''}`
      : null
  const needs: [Capability, ...Capability[]] = [
    'apply.open',
    ...(input.allowDowngrade ? ['override.downgrade' as const] : []),
    ...(input.allowUnknownOrder ? ['override.unknown_order' as const] : []),
  ]
  return (
    <Section
      title="What it would do"
      note={
        planHash && !settling ? (
          <>
            plan <Sha sha={planHash} />
          </>
        ) : null
      }
    >
      <div className={classes.panel} data-settling={settling || undefined} aria-busy={settling}>
        {refusals.map((refusal) => (
          <Notice key={`${refusal.code}-${refusal.field}`} tone="bad" title={refusal.message}>
            {refusal.remedy}
          </Notice>
        ))}
        {summary && summary.total > 0 && (
          <>
            <p className={classes.sentence} aria-live="polite">
              {sentenceOf(summary)}
            </p>
            <Bar
              of="tenants"
              segments={[
                { key: 'replace', label: 'replaced', count: summary.replace, tone: 'move' },
                { key: 'start', label: 'started', count: summary.start, tone: 'move', quiet: true },
                { key: 'none', label: 'already on it', count: summary.none, tone: 'good', quiet: true },
              ]}
            />
          </>
        )}
        {summary && summary.notEnumerated.length > 0 && (
          <Notice
            tone="person"
            shape="question"
            title={`${plural(summary.notEnumerated.length, 'tenant')} left out: not in the control plane's last list.`}
          >
            {summary.notEnumerated.slice(0, 8).join(', ')}
            {summary.notEnumerated.length > 8 && ` and ${summary.notEnumerated.length - 8} more`}
          </Notice>
        )}
        {waitsBehind && (
          <p className="small">
            It waits behind <ApplyLink {...waitsBehind} />, which holds the lane.
          </p>
        )}
        {supersedes.map((apply) => (
          <p key={apply.id} className="small">
            It takes the place of <ApplyLink {...apply} />, which has not started.
          </p>
        ))}
        {error != null && (
          <Notice tone="bad" title={troubleOf(error).message} role="alert">
            {troubleOf(error).remedy}
          </Notice>
        )}
        <div className={classes.open}>
          <PermittedButton
            needs={needs}
            where={input.environment}
            look={planHash && !settling ? 'primary' : 'plain'}
            busy={opening}
            reason={reason}
            onClick={() => planHash && onOpen(planHash)}
          >
            {`Open apply of ${shortSha(input.sha)}${summary ? ` to ${plural(summary.total, 'tenant')}` : ''}`}
          </PermittedButton>
          {policy.requiresApproval && <span className="dim small">It then waits for approval.</span>}
        </div>
        {operations.length > 0 && <PreviewTable operations={operations} />}
      </div>
    </Section>
  )
}

function ApplyLink({ id, sha, state }: { id: string; sha: string; state: keyof typeof applyWords }) {
  return (
    <Link className="link" href={`/applies/${id}`}>
      the apply of <span className="mono">{shortSha(sha)}</span> ({applyWords[state].word})
    </Link>
  )
}

function sentenceOf(summary: NonNullable<PlanPreview['summary']>): string {
  const parts = [
    summary.replace > 0 ? `${plural(summary.replace, 'tenant')} get another build` : null,
    summary.start > 0 ? `${plural(summary.start, 'tenant')} get their first build` : null,
    summary.none > 0 ? `${plural(summary.none, 'tenant')} run it already and are only asked` : null,
  ].filter((part) => part !== null)
  const warn = [
    summary.back > 0 ? `${plural(summary.back, 'tenant')} move backward` : null,
    summary.unknown > 0 ? `for ${plural(summary.unknown, 'tenant')} the order is not known` : null,
  ].filter((part) => part !== null)
  const tail = warn.length > 0 ? ` Mind: ${warn.join('; ')}.` : ''
  return `${parts.join(', ')}, in ${plural(summary.batches, 'batch', 'batches')}.${tail}`
}
