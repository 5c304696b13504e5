export { type Case, casesOf } from './cases.ts'
export { deadPort, type SeenRequest, serve, serveAnswer, serveRaw, type TestServer } from './servers.ts'
