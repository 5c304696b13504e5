'use client'

import { type Answer, type ApplyVerb, applyVerbCapability } from '@rollcall/rollout'
import type { ApplyView } from '@rollcall/services'
import { useRef, useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { toastRefused } from '../ui/toast.ts'
import classes from './apply-actions.module.css'
import { PermittedButton } from './permitted.tsx'
import { troubleOf } from './trouble.tsx'
import { useApplyCommand } from './use-apply-command.ts'
import { verbTexts } from './verbs.ts'

const verbs: readonly ApplyVerb[] = ['approve', 'release', 'retry', 'reject', 'stop', 'cancel']
const dangerous: ReadonlySet<ApplyVerb> = new Set(['reject', 'stop', 'cancel'])
const reasonAtLeast = 3

interface ApplyActionsProps {
  apply: ApplyView
  /** Only these, for a card with one action; all six otherwise. */
  only?: readonly ApplyVerb[]
}

/**
 * The verbs of an apply. Which live, their labels and why the others do not come from the core, the same that the
 * server asks; who may not press one is told that first. What is possible stands first, but never changes places under the pointer.
 */
export function ApplyActions({ apply, only = verbs }: ApplyActionsProps) {
  const { run, running, error, reset } = useApplyCommand(apply)
  const [asking, setAsking] = useState<ApplyVerb | null>(null)
  const order = useSteadyOrder(only, apply)
  // Ending something is never what stands out.
  const primary = apply.nextActions.find(({ verb }) => !dangerous.has(verb))?.verb ?? null

  const start = async (verb: ApplyVerb, reason = '') => {
    try {
      await run({ verb, reason })
      setAsking(null)
    } catch (cause) {
      if (asking === null) {
        const { message, remedy } = troubleOf(cause)
        toastRefused(message, remedy)
      }
    }
  }
  const press = (verb: ApplyVerb, answer: Answer) => {
    if (!answer.allowed) return
    reset()
    if (answer.asks === 'nothing') void start(verb)
    else setAsking(verb)
  }
  const asked = asking === null ? null : apply.actions[asking]
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div className={classes.actions} role="group" aria-label="What can be done" {...order.hold}>
        {order.verbs.map((verb) => {
          const answer = apply.actions[verb]
          return (
            <PermittedButton
              key={verb}
              needs={applyVerbCapability[verb]}
              where={apply.environment}
              look={verb === primary ? 'primary' : dangerous.has(verb) && verb === 'cancel' ? 'danger' : 'plain'}
              reason={answer.allowed ? null : `${answer.why} ${answer.unblock}`}
              small={!answer.allowed}
              busy={running === verb}
              onClick={() => press(verb, answer)}
            >
              {answer.label}
              {answer.allowed && answer.asks !== 'nothing' ? '…' : ''}
            </PermittedButton>
          )
        })}
      </div>
      {asking !== null && asked?.allowed && (
        <Dialog
          title={verbTexts[asking].title}
          confirm={asked.label}
          danger={dangerous.has(asking)}
          reason={
            asked.asks === 'reason'
              ? { label: verbTexts[asking].reasonLabel, placeholder: 'Others will read this.', atLeast: reasonAtLeast }
              : null
          }
          busy={running !== null}
          error={error ? troubleOf(error) : null}
          onConfirm={(reason) => void start(asking, reason)}
          onClose={() => setAsking(null)}
        >
          <p>
            {verbTexts[asking].consequence({
              waiting: apply.counts.pending + apply.counts.failed_retryable,
              moving: apply.counts.running,
            })}
          </p>
        </Dialog>
      )}
    </>
  )
}

/** What is allowed first, each part in its fixed order; while the pointer or the focus is on the bar, nothing moves. */
function useSteadyOrder(only: readonly ApplyVerb[], apply: ApplyView) {
  const [held, setHeld] = useState(false)
  const next = apply.nextActions.map(({ verb }) => verb)
  const rank = (verb: ApplyVerb) => {
    if (!apply.actions[verb].allowed) return 100 + verbs.indexOf(verb)
    const at = next.indexOf(verb)
    return at >= 0 && !dangerous.has(verb) ? at : 10 + verbs.indexOf(verb)
  }
  const wanted = [...only].sort((a, b) => rank(a) - rank(b))
  const shown = useRef(wanted)
  if (!held || shown.current.length !== wanted.length) shown.current = wanted
  return {
    verbs: shown.current,
    hold: {
      onPointerEnter: () => setHeld(true),
      onPointerLeave: () => setHeld(false),
      onFocus: () => setHeld(true),
      onBlur: () => setHeld(false),
    },
  }
}
