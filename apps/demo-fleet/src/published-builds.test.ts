import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { findPublished } from './published-builds.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A list of builds in two pages, behind a token. */
async function listOfBuilds(): Promise<string> {
  const server = createServer((request, response) => {
    if (request.headers.authorization !== 'Bearer right') return response.writeHead(401).end()
    const second = new URL(request.url ?? '', 'http://x').searchParams.get('cursor') === 'second'
    const items = [{ tag: second ? 'main-old' : 'main-new', sha: (second ? 'a' : 'b').repeat(40), branch: 'main' }]
    response.end(JSON.stringify({ items, nextCursor: second ? null : 'second' }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/builds`
}

test('a tag is found on whichever page it was announced, and one that nobody announced is null', async () => {
  const url = await listOfBuilds()
  expect(await findPublished({ url, token: 'right' }, 'main-new')).toBe('b'.repeat(40))
  expect(await findPublished({ url, token: 'right' }, 'main-old')).toBe('a'.repeat(40))
  expect(await findPublished({ url, token: 'right' }, 'main-none')).toBeNull()
})

test('a list that cannot be read is an error, never "no such tag"', async () => {
  const url = await listOfBuilds()
  await expect(findPublished({ url, token: 'wrong' }, 'main-new')).rejects.toThrow('401')
})
