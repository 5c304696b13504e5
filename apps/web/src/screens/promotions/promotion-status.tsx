import type { PromotionState, TagState } from '@rollcall/rollout'
import { promotionWords, tagWords } from '../../components/vocabulary.ts'
import { Status } from '../../ui/status.tsx'

interface PromotionStatusProps {
  promotion: { state: PromotionState; dryRun: boolean }
  focusable?: boolean
}

export function PromotionStatus({ promotion, focusable }: PromotionStatusProps) {
  const { state, dryRun } = promotion
  const word = promotionWords[state]
  return <Status {...word} word={dryRun ? `dry run, ${word.word}` : word.word} focusable={focusable} />
}

export function TagStatus({ state }: { state: TagState }) {
  return <Status {...tagWords[state]} />
}
