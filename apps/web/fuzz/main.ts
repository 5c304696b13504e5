/** `npm run fuzz`: the real server as a process, and odd requests to everything that it answers. */
import { parseArgs } from 'node:util'
import { withServer } from '@rollcall/store/testing'
import { fuzzEntries } from './entries.ts'
import { tell } from './report.ts'
import { fuzz } from './run.ts'
import { fuzzWorld } from './world.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '20261120' },
    first: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
    minutes: { type: 'string' },
    pages: { type: 'string', default: 'yes' },
  },
})
const pages = values.pages === 'yes'
const entries = fuzzEntries(pages).filter(({ name }) => name.includes(values.only))
const seed = Number(values.seed)

await withServer(async () => {
  const world = await fuzzWorld({ pages }).catch((error: unknown) => {
    // told here: once the database has gone, only that would be
    console.error(error)
    throw error
  })
  try {
    const report = await fuzz(world, entries, {
      count: Number(values.count),
      seed,
      first: Number(values.first),
      ...(values.minutes === undefined ? {} : { minutes: Number(values.minutes) }),
      onProgress: (sent, of) => console.error(`  ${sent} of ${of} sent`),
    })
    const isGood = tell(report, seed)
    if (!isGood) process.exitCode = 1
  } finally {
    await world.end()
  }
})
