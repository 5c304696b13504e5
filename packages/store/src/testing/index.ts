export { type TestDatabase, testDatabase } from './database.ts'
export { withServer } from './server.ts'
export { countStatements } from './statements.ts'
