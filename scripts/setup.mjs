// Makes a fresh clone ready: dependencies, the right Node, Prisma's client, the web build. `npm start` and `npm test` do
// this by themselves; alone it is for an image or a CI cache.
import { readArguments } from './lib/arguments.mjs'
import { prepare } from './lib/prepare.mjs'
import { runMain, say } from './lib/say.mjs'

const usage = `Usage: npm run setup [-- --no-web]

  --no-web   leave the web build out
  --help     this text`

runMain(async () => {
  const flags = readArguments(process.argv.slice(2), { 'no-web': true }, usage)
  if (await prepare({ web: !flags['no-web'] })) say('setup', 'ready')
})
