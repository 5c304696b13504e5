/**
 * A real OpenID provider in a process of its own, for tests. Whoever is `current` signs in without a form; who there is,
 * in which groups, and who is current is said to its control endpoint: POST /control {users?, current?}.
 */
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const { clientId, clientSecret, redirectUri } = JSON.parse(process.argv[2] ?? '{}')
/** @type {{ users: Record<string, object>, current: string }} */
const world = { users: {}, current: '' }

/** @type {import('oidc-provider').Configuration} */
const configuration = {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
  pkce: { required: () => true },
  scopes: ['openid', 'email', 'profile', 'groups'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
  cookies: { keys: ['a key for tests only'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  async findAccount(_ctx, sub) {
    const user = world.users[sub]
    return user && { accountId: sub, claims: async () => ({ sub, ...user }) }
  },
  async loadExistingGrant({ oidc }) {
    const { client, session, params } = oidc
    const grant = new oidc.provider.Grant({ clientId: client?.clientId, accountId: session?.accountId })
    grant.addOIDCScope(String(params?.scope))
    await grant.save()
    return grant
  },
}

/** @type {Provider} */
let provider
const server = createServer(async (request, response) => {
  if (request.url === '/control') return control(request, response)
  const uid = /^\/interaction\/([\w-]+)$/.exec(request.url ?? '')?.[1]
  if (uid === undefined) return provider.callback()(request, response)
  const result =
    world.current === '' ? { error: 'access_denied' } : { login: { accountId: world.current, remember: false } }
  await provider.interactionFinished(request, response, result)
})

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
async function control(request, response) {
  let text = ''
  for await (const chunk of request) text += chunk
  Object.assign(world, JSON.parse(text))
  response.end('{}')
}

/** @param {number} tries */
function listen(tries) {
  const port = 20_000 + Math.floor(Math.random() * 12_000)
  server.once('error', (error) => {
    if (tries === 0) throw error
    listen(tries - 1)
  })
  server.listen(port, '127.0.0.1', () => {
    server.removeAllListeners('error')
    provider = new Provider(`http://127.0.0.1:${port}`, configuration)
    console.log(JSON.stringify({ issuer: provider.issuer }))
  })
}
listen(20)
process.once('disconnect', () => process.exit())
