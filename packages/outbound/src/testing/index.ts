export { timesSlower } from './growth.ts'
export {
  deadPort,
  listensAt,
  randomPort,
  type SeenRequest,
  serve,
  serveAnswer,
  serveBytes,
  serveRaw,
  type TestServer,
} from './servers.ts'
export { resolver, setTrap, type Trap, type Trick } from './tricks.ts'
