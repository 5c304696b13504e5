export {
  type PromotionSurroundings,
  type PromotionVerb,
  promotionActions,
  promotionVerbs,
} from './promotion-actions.ts'
export {
  type CommitOrder,
  type CurrentImage,
  commitOrders,
  type ImageOrder,
  namesSameCommit,
  orderDecisions,
  orderOfImage,
  orderOfSet,
  orderPrecedence,
} from './promotion-order.ts'
export {
  type ImageReading,
  judgePrecheck,
  type Precheck,
  type PrecheckInput,
  precheckPrecedence,
} from './promotion-precheck.ts'
export { type RepairDoor, repairLines } from './promotion-repair.ts'
export {
  derivePromotionState,
  isPromotionSettled,
  locksItsSet,
  type PromotionFacts,
  type PromotionFailure,
  type PromotionHold,
  type PromotionMoveFacts,
  type PromotionState,
  type PromotionTrigger,
  placeOf as placeOfTag,
  promotionStatePrecedence,
  promotionStates,
  type TagPlace,
} from './promotion-states.ts'
export {
  judgeBeforeMove,
  judgeBeforeRestore,
  type Look as TagLook,
  type LookStage,
  nextPromotionStep,
  nothingSeen,
  type PromotionLimits,
  type PromotionStep,
  promotionLimits,
  promotionWalk,
  type Seen as PromotionSeen,
  type Trouble as TagTrouble,
} from './promotion-step.ts'
export {
  movedOf,
  promotionBecause,
  promotionHeadline,
  type TagState,
  tagStateOf,
  tagStates,
} from './promotion-words.ts'
