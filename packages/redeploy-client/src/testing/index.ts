export {
  deadPort,
  type SeenRequest,
  serve,
  serveAnswer,
  serveRaw,
  type TestServer,
} from '@rollcall/outbound/testing'
export { type Case, casesOf } from './cases.ts'
