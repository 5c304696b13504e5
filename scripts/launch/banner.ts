import { demoUrl, type World } from './children.ts'
import { secretsFile } from './secrets.ts'

/** The last thing a start says: where to go, how to get in, what runs, and how to end it. */
export function printBanner(shown: {
  world: World
  localUrl: string
  database: string
  demo: boolean
  seconds: string
}): void {
  const { world, localUrl, database, demo, seconds } = shown
  const running = [`web :${world.webPort}`, 'worker', ...(demo ? [`demo fleet :${world.demoPort}`] : []), database]
  const ownToken = process.env.ROLLCALL_DEMO_TOKEN ? 'ROLLCALL_DEMO_TOKEN' : '"demoToken" in secrets.json'
  const kept = process.env.ROLLCALL_TOKEN ? 'ROLLCALL_TOKEN, as you set it' : `"token" in ${secretsFile(world.home)}`
  const lines = [
    ['Rollcall', world.baseUrl === localUrl ? localUrl : `${world.baseUrl} (listening on ${localUrl})`],
    ['Sign in', `${world.baseUrl}/sign-in#${world.secrets.token}`],
    ['Token', kept],
    ['Running', running.join(' · ')],
    ...(demo ? [['Faults', `switch them on and off at ${demoUrl(world)} (token: ${ownToken})`]] : []),
    ['Data, logs', world.home],
    ['', `first page after ${seconds} s · Ctrl-C stops everything and keeps the data`],
  ]
  console.log(`\n${lines.map(([name = '', text = '']) => `  ${name.padEnd(11)} ${text}`).join('\n')}\n`)
}
