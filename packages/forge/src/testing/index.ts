export { deadPort, type SeenRequest, serve, serveRaw, type TestServer } from '@rollcall/outbound/testing'
export { type Case, casesOf, commitOf } from './cases.ts'
export {
  type DeliveryFixture,
  deliveryFixtures,
  fixtureBody,
  fixtureSha,
  fixtureWith,
  type Signing,
  signed,
  signedFixture,
} from './deliveries.ts'
export { actsFirst, type ForgeFault, failAs, forgeFaults, send as sendForgeReply } from './forge-faults.ts'
export { deployWorkflow, type ForgeOptions, forgeToken, startForge, type TestForge } from './forge-server.ts'
export { type ForgeReply, type ForgeRun, type ForgeStatus, ForgeStore, type ForgeWorkflow } from './forge-store.ts'
export { fieldManifest, manifestOf } from './manifests.ts'
export { type ManualClock, manualClock } from './manual-clock.ts'
export { runStep, type StepEnd } from './run-step.ts'
