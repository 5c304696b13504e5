import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { checkout } from './checkout.mjs'
import { fingerprint, isStamped } from './fingerprint.mjs'
import { runLogged, tailOf } from './run-logged.mjs'
import { Refusal, say } from './say.mjs'

const generated = path.join(checkout, 'packages/store/src/generated')

/**
 * Generates Prisma's client from prisma/schema.prisma when the schema or Prisma itself has changed.
 * @param {{ logDir: string }} options
 */
export async function generatePrismaClient({ logDir }) {
  const stampFile = path.join(generated, '.rollcall-stamp')
  const stamp = fingerprint(['prisma/schema.prisma', 'node_modules/prisma/package.json'])
  if (isStamped(stampFile, stamp)) return
  const logFile = path.join(logDir, 'prisma-generate.log')
  const code = await runLogged({
    about: 'prisma',
    program: process.execPath,
    args: [path.join(checkout, 'node_modules/prisma/build/index.js'), 'generate'],
    // Prisma would download its schema engine; generating only asks whether the file is there.
    env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
    logFile,
  })
  if (code !== 0) throw new Refusal(`prisma generate failed. The last lines of ${logFile}:\n${tailOf(logFile)}`)
  mkdirSync(generated, { recursive: true })
  writeFileSync(stampFile, `${stamp}\n`)
  say('prisma', 'client generated')
}
