import { randomBytes, randomInt } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { leakFinder, needlesFor } from '@rollcall/services/testing'
import { afterEach, expect, it } from 'vitest'
import { fuzzEntries } from './entries.ts'
import { complaintsAbout, statedHost } from './judge.ts'
import { openLine } from './line.ts'
import { plantedVariables } from './planted.ts'
import { requestFor } from './requests.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { isReadWhole } from './wire.ts'

let server: ServerProcess | null = null
let database: Server | null = null
afterEach(async () => {
  await server?.end()
  database?.close()
})

const password = `canary-database-${randomBytes(24).toString('base64url')}`

/** A message of the PostgreSQL protocol: its letter, its length, and what is in it. */
const message = (letter: string, body: string) => {
  const head = Buffer.alloc(5)
  head.write(letter)
  head.writeInt32BE(Buffer.byteLength(body) + 4, 1)
  return Buffer.concat([head, Buffer.from(body)])
}

/** What stands where the database should be. */
const places: Record<string, (port: number) => Promise<Server | null>> = {
  'nothing listens': async () => null,
  'something answers an error that repeats what it was told': (port) =>
    listen(port, () => message('E', `SFATAL\0VFATAL\0C28P01\0Mno entry for postgres://rollcall:${password}@here\0\0`)),
  'something hangs up': (port) => listen(port, () => null),
}

function listen(port: number, answer: () => Buffer | null): Promise<Server> {
  return new Promise((resolve) => {
    const standIn = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(answer() ?? ''))
    })
    standIn.listen(port, '127.0.0.1', () => resolve(standIn))
  })
}

it.each(Object.entries(places))(
  'tells no secret when, in place of the database, %s',
  async (_what, place) => {
    const variables = plantedVariables()
    const databasePort = randomInt(12_000, 22_000)
    const port = randomInt(22_000, 32_000)
    database = await place(databasePort)
    server = await startServer(port, false, {
      ...variables,
      DATABASE_URL: `postgres://rollcall:${password}@127.0.0.1:${databasePort}/rollcall`,
    })
    const leaksIn = leakFinder(needlesFor({ ...variables, password }))
    const host: [string, string] = ['host', statedHost]
    const operator: [string, string][] = [['authorization', `Bearer ${variables.ROLLCALL_TOKEN}`], host]
    const credentials = { administrator: [operator], viewer: [operator], nobody: [[host]] }
    const hookSecret = variables.ROLLCALL_HOOK_SECRET_TEST
    const wrong: string[] = []
    let unavailable = 0
    for (const entry of fuzzEntries(false)) {
      for (const at of [0, 1]) {
        const request = requestFor(entry, { seed: 7, at, facts: {}, credentials, hookSecret })
        if (!request.isRegular || !isReadWhole(request)) continue
        const line = await openLine(port)
        const answer = await line.ask(request.bytes, request.isHead)
        line.close()
        if (answer.status === 503) unavailable += 1
        const complaints = complaintsAbout(answer, leaksIn).filter((one) => one !== 'status 503')
        wrong.push(...complaints.map((one) => `${entry.name}: ${one}: ${answer.body}`))
      }
    }
    expect(wrong, server.said().slice(0, 6_000)).toEqual([])
    expect(unavailable).toBeGreaterThan(50)
    expect(leaksIn(server.said())).toEqual([])
    expect(server.isAlive()).toBe(true)
  },
  90_000,
)
