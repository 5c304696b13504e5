import { demoUrl, hookUrl, registryUrl, registryUser, type World } from './children.ts'
import { secretsFile } from './secrets.ts'

/** The last thing a start says: where to go, how to get in, what runs, and how to end it. */
export function printBanner(shown: {
  world: World
  localUrl: string
  database: string
  demo: boolean
  seconds: string
  /** what lets the first administrator in, when there is nobody yet */
  setup: string | null
}): void {
  const { world, localUrl, database, demo, seconds, setup } = shown
  const { token, demoPeoplePassword } = world.secrets
  const demoServers = [`demo fleet and forge :${world.demoPort}`, `demo registry :${world.registryPort}`]
  const running = [`web :${world.webPort}`, 'worker', ...(demo ? demoServers : []), database]
  const ownToken = process.env.ROLLCALL_DEMO_TOKEN ? 'ROLLCALL_DEMO_TOKEN' : '"demoToken" in secrets.json'
  const signing = process.env.ROLLCALL_HOOK_SECRET
    ? 'ROLLCALL_HOOK_SECRET, as you set it'
    : `ROLLCALL_HOOK_SECRET, which is "hookSecret" in ${secretsFile(world.home)}`
  const hook = demo ? hookUrl(world).replace(localUrl, world.baseUrl) : `${world.baseUrl}/hooks/<name>`
  const kept = process.env.ROLLCALL_TOKEN ? 'ROLLCALL_TOKEN, as you set it' : `"token" in ${secretsFile(world.home)}`
  const lines = [
    ['Rollcall', world.baseUrl === localUrl ? localUrl : `${world.baseUrl} (listening on ${localUrl})`],
    ...(setup === null ? [] : [['Set up', `${world.baseUrl}/setup#${setup} (makes the first administrator, once)`]]),
    ['Sign in', token === null ? `${world.baseUrl}/sign-in` : `${world.baseUrl}/sign-in#${token}`],
    ...(token === null ? [] : [['Token', kept]]),
    ['Webhooks', `${hook}, signed with ${signing}`],
    ['Running', running.join(' · ')],
    ...(demo
      ? [
          ['People', `ada, rel, appa, opal, vera, stan @demo.rollcall, all with the password ${demoPeoplePassword}`],
          ['Demo world', `push a commit, switch faults at ${demoUrl(world)} (token: ${ownToken})`],
          [
            '',
            `images at ${registryUrl(world)} (user ${registryUser}, password: "demoRegistryPassword" in secrets.json)`,
          ],
        ]
      : []),
    ['Data, logs', world.home],
    ['', `first page after ${seconds} s · Ctrl-C stops everything and keeps the data`],
  ]
  console.log(`\n${lines.map(([name = '', text = '']) => `  ${name.padEnd(11)} ${text}`).join('\n')}\n`)
}
