export { type TestDatabase, testDatabase } from './database.ts'
export { countStatements } from './statements.ts'
