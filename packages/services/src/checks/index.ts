export { gateOf } from './gate.ts'
export { listChecks, listChecksInput } from './list.ts'
export { reportCheck, reportCheckInput } from './report.ts'
export type * from './views.ts'
