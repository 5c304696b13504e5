import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum, type SqlQuery } from '@prisma/driver-adapter-utils'
import type { QueryArrayResult } from 'pg'

const internalChar = 18
const text = 25

/** What we reach into: the adapter's way to the database below its own reading of column types. */
interface Insides {
  performIO(query: SqlQuery): Promise<QueryArrayResult>
  client: { query(script: string): Promise<unknown> }
  onError(error: unknown): never
}

/**
 * Prisma's adapter for the schema engine. PostgreSQL's catalogue answers partly in its internal type "char", which the
 * adapter itself refuses to read: here it is read as text and told to the engine as a character. A script it would cut at
 * every semicolon, also inside of a function: here PostgreSQL itself reads the whole of it, and does all of it or nothing.
 */
export class CataloguePg extends PrismaPg {
  override async connect() {
    const adapter = await super.connect()
    const insides = adapter as unknown as Insides
    const performIO = insides.performIO.bind(adapter)
    const queryRaw = adapter.queryRaw.bind(adapter)
    const characters = new WeakMap<SqlQuery, number[]>()
    insides.performIO = async (query) => {
      const result = await performIO(query)
      const found = result.fields.flatMap(({ dataTypeID }, i) => (dataTypeID === internalChar ? [i] : []))
      characters.set(query, found)
      return {
        ...result,
        fields: result.fields.map((field, i) => (found.includes(i) ? { ...field, dataTypeID: text } : field)),
      }
    }
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query)
      for (const i of characters.get(query) ?? []) result.columnTypes[i] = ColumnTypeEnum.Character
      return result
    }
    adapter.executeScript = async (script) => {
      await insides.client.query(script).catch((error) => insides.onError(error))
    }
    return adapter
  }
}
