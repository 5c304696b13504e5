import { readdirSync, readFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { leakFinder, needlesFor } from '@rollcall/services/testing'
import { expect, setting, story, url } from '../src/story.ts'

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** Asks as nobody's browser would: with any header, also Host. Of a stream, only its beginning is waited for. */
function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  const { hostname, port } = new URL(url())
  const { method = 'GET', headers = {}, body } = options
  return new Promise<Answer>((resolve, reject) => {
    const asked = httpRequest({ hostname, port, path, method, headers, agent: false }, (response) => {
      let text = ''
      const done = () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        if (response.headers['content-type']?.startsWith('text/event-stream')) {
          done()
          asked.destroy()
        }
      })
      response.once('end', done)
    })
    asked.once('error', reject)
    asked.end(body)
  })
}

const operator = () => ({ authorization: `Bearer ${setting('ROLLCALL_E2E_TOKEN')}` })

story('every sort of answer says what may be done with it, and under which id it was asked', async () => {
  const { text: page } = await ask('/sign-in')
  const asset = /\/_next\/static\/[^"']+\.js/.exec(page)?.[0] ?? 'no script on the page'
  const answers: Record<string, Answer> = {
    'a page': await ask('/applies'),
    'a page that is not there': await ask('/not/there'),
    data: await ask('/api/v1/applies', { headers: operator() }),
    'a refusal': await ask('/api/v1/applies'),
    'a stream': await ask('/api/trpc/live.watch?input=%7B%7D', { headers: operator() }),
    'a webhook': await ask('/hooks/demo-forge', { method: 'POST', body: '{}' }),
    'a script': await ask(asset),
    'a picture': await ask('/icon.svg'),
    'a health check': await ask('/healthz'),
    'a path that is none': await ask('//evil.test'),
  }
  expect(answers['a script']?.status).toBe(200)
  expect(answers['a stream']?.headers['content-type']).toContain('text/event-stream')
  for (const [what, { headers }] of Object.entries(answers)) {
    expect(headers, what).toMatchObject({
      'x-request-id': expect.stringMatching(/^[\w-]{36}$/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-robots-tag': 'noindex, nofollow',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
    expect(headers['x-powered-by'], what).toBeUndefined()
  }
})

story('a page runs only what carries the nonce of this one answer', async () => {
  const policies = [await ask('/'), await ask('/')].map(({ headers }) => String(headers['content-security-policy']))
  const nonces = policies.map((policy) => /script-src 'self' 'nonce-([^']+)' 'strict-dynamic'/.exec(policy)?.[1])
  expect(nonces[0]).toBeTruthy()
  expect(nonces[0]).not.toBe(nonces[1])
  const [policy = ''] = policies
  expect(policy.replace("style-src-attr 'unsafe-inline'", '')).not.toContain('unsafe')
  expect(policy).not.toContain('report')
  expect(policy).not.toMatch(/https?:/)
})

story(
  'there are no server actions, there is no image optimizer, and what runs before pages decides nothing',
  async () => {
    const action = { 'next-action': '0'.repeat(42), 'content-type': 'text/plain;charset=UTF-8', origin: url() }
    expect((await ask('/applies', { method: 'POST', headers: action, body: '["$K1"]' })).status).toBe(405)
    const shown = await ask('/applies', { headers: action })
    expect([shown.status, shown.headers['x-action-revalidated']]).toEqual([200, undefined])
    for (const path of [
      '/_next/image?url=%2Ficon.svg&w=64&q=75',
      '/_next/image?url=http%3A%2F%2F127.0.0.1%2F&w=64&q=75',
    ]) {
      expect((await ask(path)).status).toBe(404)
    }
    // a page is a shell: going past what gives it its nonce shows no more of it, and data asks by itself who is there
    const past = { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' }
    expect((await ask('/applies', { headers: past })).headers['content-security-policy']).toContain("'nonce-")
    expect((await ask('/api/trpc/applies.list', { headers: past })).status).toBe(401)
  },
)

story('nobody can tell it what it is called', async () => {
  const lies = {
    host: 'evil.test',
    'x-forwarded-host': 'evil.test',
    forwarded: 'host=evil.test',
    'x-forwarded-proto': 'gopher',
  }
  for (const path of ['/', '/sign-in', '/applies/', '/not/there', '/api/v1/webhooks', '/api/v1/nothing', '/healthz']) {
    const { text, headers } = await ask(path, { headers: { ...lies, ...operator() } })
    expect(`${JSON.stringify(headers)}${text}`, path).not.toContain('evil.test')
  }
})

story('the session is a cookie that scripts cannot read and that other sites do not send', async ({ request }) => {
  const answer = await request.post(`${url()}/api/session`, {
    data: { token: setting('ROLLCALL_E2E_TOKEN') },
    headers: { origin: url() },
  })
  const [cookie = ''] = answer
    .headersArray()
    .flatMap(({ name, value }) => (name.toLowerCase() === 'set-cookie' ? [value] : []))
  expect(cookie).toMatch(/; Path=\//)
  expect(cookie).toMatch(/; HttpOnly/)
  expect(cookie).toMatch(/; SameSite=Lax/)
  expect(cookie).not.toMatch(/Domain=/i)
})

// after all others: by now everything has been drawn, driven and logged
story('no secret of this installation stands in a screen, an answer, an export or a log', async ({ page, api }) => {
  story.setTimeout(240_000)
  const home = setting('ROLLCALL_E2E_HOME')
  const kept = JSON.parse(readFileSync(join(home, 'secrets.json'), 'utf8')) as Record<string, string | null>
  const secrets = Object.fromEntries(Object.entries(kept).flatMap(([name, secret]) => (secret ? [[name, secret]] : [])))
  const leaksIn = leakFinder(needlesFor({ ...secrets, 'operator token': setting('ROLLCALL_E2E_TOKEN') }))
  const found: string[] = []
  const look = (where: string, text: string) => {
    found.push(...leaksIn(text).map((name) => `${name} in ${where}`))
  }

  const bodies: Promise<void>[] = []
  page.on('response', (response) => {
    if (response.headers()['content-type']?.startsWith('text/event-stream')) return
    const where = `${response.request().method()} ${response.url()}`
    bodies.push(
      response.body().then(
        (body) => look(where, `${JSON.stringify(response.headers())}\n${body.toString('utf8')}`),
        () => {},
      ),
    )
  })
  const { items: applies } = await api.get<{ items: { id: string }[] }>('/api/v1/applies')
  const screens = [
    '/',
    '/applies',
    '/applies/new',
    `/applies/${applies[0]?.id}`,
    '/fleet?environment=production&view=table',
  ]
  screens.push(
    '/components',
    '/components/configuration',
    '/components/workflows',
    '/updates',
    '/promotions',
    '/webhooks',
  )
  screens.push('/since', '/people', '/tokens', '/secrets', '/audit', '/account', '/sign-in')
  for (const screen of screens) {
    expect((await page.goto(screen))?.status(), screen).toBe(200)
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
    look(screen, await page.content())
  }
  await Promise.all(bodies)

  const { paths } = await api.get<{ paths: Record<string, { get?: object }> }>('/api/v1/openapi.json')
  const readable = Object.entries(paths).flatMap(([path, { get }]) => (get && !path.includes('{') ? [path] : []))
  expect(readable.length).toBeGreaterThan(10)
  for (const path of readable) {
    const place = `${path}?environment=production`
    for (const asked of [path, place])
      look(asked, (await ask(asked.startsWith('/api') ? asked : `/api/v1${asked}`, { headers: operator() })).text)
  }

  const logs = readdirSync(join(home, 'logs'))
  expect(logs).toEqual(expect.arrayContaining(['web.log', 'worker.log']))
  for (const log of logs) look(log, readFileSync(join(home, 'logs', log), 'utf8'))
  expect(found).toEqual([])
})
