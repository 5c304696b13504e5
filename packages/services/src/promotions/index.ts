export { clearAlert, listAlerts, type RaisedAlert, raiseAlert } from './alerts.ts'
export { decidePromotions } from './decide.ts'
export { endPromotion, type LastLooks } from './end.ts'
export { followPromotion } from './follow.ts'
export { listImageSets } from './image-sets.ts'
export { heartbeatPromotion } from './journal.ts'
export { getPromotion, getPromotionInput, listPromotions, listPromotionsInput } from './list.ts'
export { openPromotion, openPromotionInput, overruled } from './open.ts'
export {
  beginCompensating,
  beginVerifying,
  recordForeign,
  recordIntent,
  recordMoved,
  recordRefusal,
  recordRestored,
  recordRestoreIntent,
  recordSnapshot,
  recordTrouble,
  recordVerified,
} from './record-move.ts'
export { recordPrecheck, snapshotTagOf } from './record-precheck.ts'
export { type RepairLooks, recordRepair, repairPromotion, repairPromotionInput } from './repair.ts'
export { type PromotionDrive, takePromotion } from './take.ts'
export { undoPromotion, undoPromotionInput } from './undo.ts'
export type * from './views.ts'
export { beginWatch, recordWatch, type TagWatch, type WatchedReading } from './watch-tags.ts'
