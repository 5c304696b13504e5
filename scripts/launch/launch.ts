import { nextFreePort } from '../../packages/store/src/embedded/index.ts'
import type { Lock } from '../lib/lock.mjs'
import { Refusal, say, secondsSinceStart } from '../lib/say.mjs'
import { markBuildInUse } from '../lib/web-build.mjs'
import { forgetAddress, noteAddress } from './address-note.ts'
import { printBanner } from './banner.ts'
import { Child, type ChildOptions } from './child.ts'
import { demoFleet, demoSeed, demoState, demoUrl, registryUrl, type World, web, worker } from './children.ts'
import { type Database, databaseRefusal, deleteData, foreignDatabase, keepEmbeddedDatabase } from './database.ts'
import { untilListening, untilPage } from './first-page.ts'
import { ChildRecord, endProcessesNaming } from './orphans.ts'
import { reachOf } from './outbound.ts'
import { provideProcessRole } from './process-role.ts'
import { runOnce } from './run-once.ts'
import { provideSecretKey } from './secret-key.ts'
import { provideSecrets, type Secrets } from './secrets.ts'
import { setupSecret } from './setup-secret.ts'
import { Shutdown } from './shutdown.ts'

export interface LaunchOptions {
  home: string
  /** the run lock of this home, held */
  lock: Lock
  /** where the search for the port of the pages starts */
  port: number
  /** the same for the demo fleet */
  demoPort: number
  /** the same for the demo registry; by default the one after the demo fleet's */
  registryPort: number | null
  demo: boolean
  fresh: boolean
}

/**
 * Starts PostgreSQL, the demo world, the worker and the pages, says where they are, and keeps them running until it is
 * asked to stop. Resolves once the first page has been seen; the process then lives on by what it has started.
 */
export async function launch(options: LaunchOptions): Promise<void> {
  const shutdown = new Shutdown(options.lock, demoState(options.home))
  try {
    await bringUp(options, shutdown)
  } catch (error) {
    if (shutdown.hasBegun) return // the person was faster; whatever failed, failed because of that
    await shutdown.stopEverything()
    throw error
  }
}

async function bringUp(asked: LaunchOptions, shutdown: Shutdown): Promise<void> {
  const { home, lock, demo } = asked
  forgetAddress(home) // of an earlier life
  const record = new ChildRecord(home)
  const orphans = await record.endOrphans()
  if (orphans.length > 0) say('cleanup', `ended what an earlier run had left behind: ${orphans.join(', ')}`)
  if (asked.fresh || !demo) await endProcessesNaming(demoState(home))
  if (asked.fresh) {
    await deleteData(home)
    say('data', 'deleted: this start begins with none')
  }
  const secrets = provideSecrets(home, process.env, { demo })
  const secretKey = provideSecretKey(home, process.env)

  const database = await openDatabase(home, shutdown)
  say('database', database.label())
  if (shutdown.hasBegun) return
  const databaseUrl = await shutdown.finish(prepareDatabase(database, secrets))
  const tellAddress = () => database.isForeign || noteAddress(home, databaseUrl())
  shutdown.onMoved = tellAddress
  tellAddress()

  const host = process.env.ROLLCALL_HOST ?? '127.0.0.1'
  const webPort = await choosePort('web', asked.port, host)
  const demoPort = demo ? await choosePort('demo-fleet', asked.demoPort, '127.0.0.1', [webPort]) : 0
  const shownHost = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  const localUrl = `http://${shownHost}:${webPort}`
  const baseUrl = process.env.ROLLCALL_BASE_URL ?? localUrl
  const registryWanted = asked.registryPort ?? demoPort + 1
  const registryPort = demo ? await choosePort('registry', registryWanted, '127.0.0.1', [webPort, demoPort]) : 0
  const ports = { webPort, demoPort, registryPort }
  const outbound = reachOf(process.env, { demo, host })
  const world: World = { home, secrets, databaseUrl, host, baseUrl, localUrl, outbound, secretKey, ...ports }

  const options = { home, record, onGivenUp: (child: Child) => shutdown.onGivenUp(child) }
  const pages = new Child(web(world), options)
  markBuildInUse()
  shutdown.start('pages', pages)
  const firstPage = seeFirstPage(`${localUrl}/sign-in`, () => !shutdown.hasBegun && !shutdown.gaveUp(pages))
  if (demo) await startDemoWorld(world, options, shutdown)
  const driver = new Child(worker(world), options)
  shutdown.start('driver', driver)
  const { seconds, trouble } = await firstPage
  if (trouble) {
    throw new Refusal(`The pages do not answer: ${trouble}. The last lines of ${pages.logFile}:\n${pages.tail()}`)
  }
  if (shutdown.hasBegun) return
  lock.note({ url: baseUrl })
  const setup = await shutdown.finish(setupSecret(databaseUrl()))
  printBanner({ world, database: database.label(), localUrl, demo, seconds, setup })
  shutdown.isUp = true
}

function openDatabase(home: string, shutdown: Shutdown): Promise<Database> {
  const given = process.env.DATABASE_URL
  shutdown.database = given
    ? foreignDatabase(given, process.env.ROLLCALL_MIGRATE_URL || given)
    : keepEmbeddedDatabase(home, {
        moved: () => shutdown.restartChildren(),
        stopped: () => forgetAddress(home),
        lost: (error) => shutdown.fail(error),
      })
  return shutdown.database
}

/** Migrates as the owner, and answers where the processes connect to, asked anew whenever one starts. */
async function prepareDatabase(database: Database, secrets: Secrets): Promise<() => string> {
  // Loaded here and not above: it needs Prisma's generated client, and everything before this line should not wait for it.
  const { migrateDatabase } = await import('@rollcall/store')
  try {
    await migrateDatabase({ url: database.ownerUrl(), log: (line) => say('database', line) })
    return await provideProcessRole(database, secrets)
  } catch (error) {
    throw databaseRefusal(error, database)
  }
}

/** Measured where it happens, while the demo world is still being put up. */
async function seeFirstPage(url: string, goOn: () => boolean): Promise<{ trouble: string | null; seconds: string }> {
  const trouble = await untilPage(url, goOn)
  return { trouble, seconds: secondsSinceStart() }
}

async function startDemoWorld(world: World, options: ChildOptions, shutdown: Shutdown): Promise<void> {
  const fleet = new Child(demoFleet(world), options)
  shutdown.start('demo', fleet)
  if (!(await untilListening(world.demoPort, '127.0.0.1', () => !shutdown.hasBegun && !shutdown.gaveUp(fleet)))) {
    throw new Refusal(`The demo fleet does not answer. The last lines of ${fleet.logFile}:\n${fleet.tail()}`)
  }
  say('demo-fleet', `its control plane answers at ${demoUrl(world)}\nits registry answers at ${registryUrl(world)}`)
  await runOnce(demoSeed(world), options)
}

/** The first free port from `wanted` on that is not promised to somebody who has not taken it yet. */
async function choosePort(about: string, wanted: number, host: string, promised: number[] = []): Promise<number> {
  let port = wanted
  do {
    port = await nextFreePort(promised.includes(port) ? port + 1 : port, host).catch((error) => {
      throw new Refusal(`There is no port for the ${about}: ${error.message}`)
    })
  } while (promised.includes(port))
  if (port !== wanted) say(about, `port ${wanted} is taken: using ${port}`)
  return port
}
