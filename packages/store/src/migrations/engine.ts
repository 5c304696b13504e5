import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'
import { CataloguePg } from './catalogue.ts'

/** prisma/ at the root of the repository: the schema and its migrations. */
export const prismaFolder = join(import.meta.dirname, '..', '..', '..', '..', 'prisma')

export const noFilters = { externalTables: [], externalEnums: [] }

/** Typed by hand: the compiler knows WebAssembly only together with a browser's whole library. */
const wasm = (
  globalThis as unknown as {
    WebAssembly: {
      instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>
    }
  }
).WebAssembly

let loaded: Promise<void> | null = null

/** The engine is a WebAssembly module: loaded by hand, because importing *.wasm is still experimental in the Nodes we support. */
function load(): Promise<void> {
  loaded ??= (async () => {
    const door = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm')
    const bytes = await readFile(join(dirname(door), 'schema_engine_bg.wasm'))
    const { instance } = await wasm.instantiate(bytes, { './schema_engine_bg.js': imports() })
    bindings.__wbg_set_wasm(instance.exports)
    ;(instance.exports.__wbindgen_start as () => void)()
  })()
  return loaded
}

/** The engine gives its lock ten seconds and forgets the timer, which must not keep a process that is done from ending. */
function imports(): object {
  return Object.fromEntries(
    Object.entries(bindings).map(([name, bound]) =>
      name.startsWith('__wbg_setTimeout')
        ? [name, (...given: unknown[]) => (bound as (...given: unknown[]) => NodeJS.Timeout)(...given).unref()]
        : [name, bound],
    ),
  )
}

/**
 * Opens Prisma's own schema engine on a database, without the binary that Prisma would download, and lets `work` use it.
 * The connections are closed before this resolves: nobody could clone or drop the database otherwise.
 */
export async function withSchemaEngine<T>(url: string, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  await load()
  const schema = await readFile(join(prismaFolder, 'schema.prisma'), 'utf8')
  const pool = new pg.Pool({ connectionString: url, max: 3 })
  pool.on('error', () => {})
  try {
    const adapter = bindMigrationAwareSqlAdapterFactory(new CataloguePg(pool))
    const engine = await bindings.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => {}, adapter)
    try {
      return await work(engine)
    } finally {
      engine.free()
    }
  } finally {
    await pool.end()
  }
}

/** Reads prisma/migrations in the order of their names. */
export async function readMigrations(folder = join(prismaFolder, 'migrations')): Promise<MigrationList> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  const migrationDirectories = await Promise.all(
    names.map(async (path) => ({
      path,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok' as const, value: await readFile(join(folder, path, 'migration.sql'), 'utf8') },
      },
    })),
  )
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories,
  }
}
