export type { ConsumeOptions, Consumer } from './consume.ts'
export { consume } from './consume.ts'
export type {
  Alert,
  Apply,
  Attempt,
  AuditEntry,
  Build,
  Check,
  CiTrust,
  Component,
  Environment,
  ExternalSlot,
  ExternalUpdate,
  Fleet,
  Operation,
  Promotion,
  PromotionMove,
  WatchedTag,
  WebhookDelivery,
} from './generated/client.ts'
export { Prisma } from './generated/client.ts'
export type { Hints } from './hints.ts'
export { firstIdAt, newId } from './ids.ts'
export type { JobName, Jobs, Sending } from './jobs.ts'
export { withdrawJobs } from './jobs.ts'
export { diffSchema } from './migrations/diff.ts'
export { migrateDatabase } from './migrations/migrate.ts'
export type { Presence } from './presence.ts'
export { findAbsentWorkers, holdPresence } from './presence.ts'
export { grantAppRole, provideAppRole } from './roles/app-role.ts'
export { isAuditProtected } from './roles/protected.ts'
export type { DriveRow } from './rows/attempts.ts'
export { findSilentOperations, takeAttempt } from './rows/attempts.ts'
export type { AuditText, SealText } from './rows/audit.ts'
export {
  countUnsealed,
  distinctAudited,
  findInserted,
  lockSeals,
  readCompleteUpTo,
  readLastSeal,
  readSeals,
  readUnsealed,
} from './rows/audit.ts'
export { insertChange, readChanges } from './rows/changes.ts'
export { newestChecks } from './rows/checks.ts'
export {
  type AnswerCount,
  countAnswers,
  countClaims,
  countTargets,
  currentApplies,
  newestBuilds,
} from './rows/components.ts'
export type { NewDelivery, StoredDelivery } from './rows/deliveries.ts'
export { countDeliveries } from './rows/deliveries.ts'
export type { ClaimWritten, IntentAnswer, LookWritten } from './rows/drive.ts'
export { writeClaim, writeIntent, writeLook, writeRun } from './rows/drive.ts'
export { writeEnd } from './rows/end.ts'
export type { ApplyFactsRow } from './rows/facts.ts'
export { loadApplyFacts } from './rows/facts.ts'
export { lockApply, lockConfiguration, lockIdempotencyKey, lockLane, lockLaneAndApply } from './rows/locks.ts'
export type { CounterDeltas } from './rows/operations.ts'
export {
  beginApply,
  countMoves,
  endWaiting,
  insertOperations,
  requeueFailed,
  startOperations,
} from './rows/operations.ts'
export { findOperationsOfWorker, forgetWorker } from './rows/orphans.ts'
export { countTries, lockPeople, lockPerson, lockTrust, pruneTries, type Tries, uncountTry } from './rows/people.ts'
export type { ReadingRow } from './rows/readings.ts'
export { writeReadings } from './rows/readings.ts'
export { writeEnumeration } from './rows/targets.ts'
export { markSeen } from './rows/visits.ts'
export type { Store, StoreOptions } from './store.ts'
export { openStore } from './store.ts'
export type { Tx } from './transact.ts'
export { inOneStatement, transact } from './transact.ts'
