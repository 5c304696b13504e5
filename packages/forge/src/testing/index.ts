export { type Case, casesOf, commitOf } from './cases.ts'
export { fieldManifest, manifestOf } from './manifests.ts'
