import type { ApplyState, OperationPhase, OperationState, UpdateState, Verdict } from '@rollcall/rollout'
import type { ReactNode } from 'react'
import { Status } from '../ui/status.tsx'
import { applyWords, operationWords, phaseWords, updateWords, verdictWords } from './vocabulary.ts'

interface Shown {
  detail?: ReactNode
  focusable?: boolean
}

export function ApplyStatus({ state, settled = true, ...shown }: { state: ApplyState; settled?: boolean } & Shown) {
  const word = applyWords[state]
  const ending = !settled && (state === 'failed' || state === 'stopped' || state === 'cancelled')
  return (
    <Status
      {...word}
      word={ending ? `${word.word}, still in progress` : word.word}
      sentence={ending ? `${word.sentence} Tenants are still in progress, so it is not settled.` : word.sentence}
      {...shown}
    />
  )
}

export function OperationStatus({
  state,
  phase,
  ...shown
}: { state: OperationState; phase: OperationPhase | null } & Shown) {
  const word = state === 'running' && phase !== null ? phaseWords[phase] : operationWords[state]
  return <Status {...word} {...shown} />
}

export function VerdictStatus({ verdict, ...shown }: { verdict: Verdict } & Shown) {
  const { cell: _, ...word } = verdictWords[verdict]
  return <Status {...word} {...shown} />
}

export function UpdateStatus({ state, ...shown }: { state: UpdateState } & Shown) {
  return <Status {...updateWords[state]} {...shown} />
}
