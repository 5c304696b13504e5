export { isRecorded } from './recorded.ts'
export { auditRefused, flushRefusals, type RefusedAttempt } from './refused.ts'
export { sealAudit } from './seal.ts'
export { type AuditFault, type AuditVerdict, verifyAudit, verifyAuditInput } from './verify.ts'
