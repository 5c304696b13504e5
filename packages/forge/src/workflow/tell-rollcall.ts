import { expression } from './text.ts'

/**
 * The steps that talk to Rollcall. Their script is a constant: what differs from run to run reaches it through the
 * environment, so nothing that anybody sends is ever part of a program. It runs on the Node that every runner has for
 * its JavaScript actions, because a shell has no safe way to write JSON.
 */

export interface Step {
  name: string
  env: Record<string, string>
  run: string
}

/** Where Rollcall is and the token for it. Neither stands in the file. */
export function connection(tokenSecret = 'ROLLCALL_TOKEN'): Record<string, string> {
  return { ROLLCALL_URL: expression('vars.ROLLCALL_URL'), ROLLCALL_TOKEN: expression(`secrets.${tokenSecret}`) }
}

/** Asks once, and again only where asking again is safe: both endpoints take the same news twice as one. */
const ask = `const { env } = process
const wait = (ms) => new Promise((done) => setTimeout(done, ms))
const fail = (text) => {
  console.error(text)
  process.exit(1)
}
for (const name of ['ROLLCALL_URL', 'ROLLCALL_TOKEN']) {
  if (!env[name]) fail(name + ' is not set: add it to the variables and secrets of this repository.')
}
const base = env.ROLLCALL_URL.replace(/\\/+$/, '')
async function ask(method, path, body) {
  for (let tries = 1; ; tries += 1) {
    let said = 'no answer'
    try {
      const answer = await fetch(base + path, {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(30_000),
        headers: {
          accept: 'application/json',
          authorization: 'Bearer ' + env.ROLLCALL_TOKEN,
          'content-type': 'application/json',
          ...(env.DEPLOYS ? { 'x-rollcall-deploys': env.DEPLOYS } : {}),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
      const text = await answer.text()
      if (answer.ok) return JSON.parse(text)
      // As JSON: a line end in a foreign text must not begin a command to the runner.
      said = answer.status + ' ' + JSON.stringify(text.slice(0, 500))
      if (![408, 429, 502, 503, 504].includes(answer.status)) fail('Rollcall refused: ' + said)
    } catch (error) {
      said = JSON.stringify(String(error.cause ?? error))
    }
    if (tries === 5) fail('Rollcall could not be asked: ' + said)
    await wait(Number(env.ROLLCALL_RETRY_MS || 3000) * tries)
  }
}
`

const update = `${ask}
async function main() {
  const update = {
    source_repo: env.SOURCE_REPO,
    deploy_name: env.DEPLOY_NAME,
    environment: env.ENVIRONMENT,
    sha: env.SHA,
    version: env.VERSION || undefined,
    artifacts: env.ARTIFACTS || undefined,
    run_id: env.RUN_ID || undefined,
  }
  const { id } = await ask('POST', '/api/v1/external-updates', update)
  if (!id) fail('Rollcall answered without an id.')
  // What was taken in is not yet recorded, and nothing may be deployed before it is.
  for (let looks = 0; looks < 60; looks += 1) {
    const { state, record } = await ask('GET', '/api/v1/external-updates/' + encodeURIComponent(id))
    if (record) return console.log('Recorded as ' + JSON.stringify(id) + '.')
    if (['refused', 'superseded', 'failed'].includes(state)) fail('Not recorded: the update is ' + state + '.')
    await wait(Number(env.ROLLCALL_RETRY_MS || 3000))
  }
  fail('Not known to be recorded: the update ' + JSON.stringify(id) + ' is still on its way.')
}
main().catch((error) => fail(JSON.stringify(String(error))))
`

const build = `${ask}
async function main() {
  const images = {}
  for (let i = 0; env['IMAGE_' + i]; i += 1) images[env['IMAGE_' + i]] = env['DIGEST_' + i]
  for (const [image, digest] of Object.entries(images)) {
    if (!digest) fail('No digest for ' + JSON.stringify(image) + ': does the job that pushes it have it as an output?')
  }
  const committedAt = Date.parse(env.COMMITTED_AT)
  const build = {
    component: env.COMPONENT,
    sha: env.SHA,
    branch: env.BRANCH,
    tag: env.TAG_PREFIX + env.SHA.slice(0, 7),
    images: Object.keys(images).length > 0 ? images : undefined,
    committedAt: Number.isNaN(committedAt) ? undefined : new Date(committedAt).toISOString(),
  }
  const { id } = await ask('POST', '/api/v1/builds', build)
  console.log('Published as ' + JSON.stringify(id) + '.')
}
main().catch((error) => fail(JSON.stringify(String(error))))
`

/** A quoted heredoc: the shell hands the text over as it is. */
function onNode(script: string): string {
  return `node <<'ROLLCALL'\n${script}ROLLCALL\n`
}

export const updateScript = onNode(update)
export const buildScript = onNode(build)
