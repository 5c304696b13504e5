export { sealAudit } from './seal.ts'
export { type AuditFault, type AuditVerdict, verifyAudit, verifyAuditInput } from './verify.ts'
