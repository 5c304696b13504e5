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
export { fieldManifest, manifestOf } from './manifests.ts'
