export type { FaultName, FaultSwitch } from '../faults.ts'
export type { PerSlug, ReceivedItem, RecordItem, RedeployItem, ServedItem } from '../record.ts'
export { type DemoFleet, type DemoFleetOptions, startDemoFleet } from './start.ts'
