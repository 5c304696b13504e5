export { deadPort, serveBytes as serve, serveRaw } from '@rollcall/outbound/testing'
export {
  account,
  type DockerRegistry,
  dockerRegistryBinary,
  dockerRegistryMissing,
  findProgram,
  startDockerRegistry,
} from './docker-registry.ts'
export { type FakeRegistry, type FakeRegistryOptions, startFakeRegistry } from './fake-registry.ts'
export {
  type BuiltBlob,
  type BuiltImage,
  buildImage,
  buildIndex,
  type ImageOptions,
  type IndexOptions,
  pushImage,
} from './images.ts'
export { RegistryAuth, type RegistryAuthOptions } from './registry-auth.ts'
export {
  actsAndBreaks,
  actsAndFailsWith,
  actsAndHangs,
  answersWith,
  answersWithHeaders,
  breaks,
  breaksOff,
  type Fault,
  failsWith,
  hangs,
} from './registry-faults.ts'
export { error, type HeldRepository, RegistryStore, type Reply, reply, type StoreOptions } from './registry-store.ts'
export type { SeenRequest, TestServer } from './seen.ts'
