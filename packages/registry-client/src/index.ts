export { createRegistryClient, type RegistryClient, type RegistryClientOptions } from './client.ts'
export type { Copied, CopyAnswer } from './copy-image.ts'
export { digestOf } from './digest.ts'
export type {
  Answer,
  Ask,
  Cost,
  Credentials,
  Failure,
  FailureOutcome,
  Manifest,
  ManifestHead,
  Owes,
  Registry,
  TransportCode,
  TransportFault,
} from './facts.ts'
export { type ManifestMediaType, mediaTypes } from './media-types.ts'
export { parseReference, type Reference, validDigest, validRepository, validTag } from './reference.ts'
export { assertRegistryUrl } from './registry-url.ts'
export type { MovedTag, MoveOptions, RetagAnswer, Step, TagState } from './retag.ts'
export type { Revision } from './revision.ts'
export type { DeletedTag } from './tags.ts'
