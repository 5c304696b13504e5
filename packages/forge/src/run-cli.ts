import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Manifest } from './manifest/manifest.ts'
import { readManifest } from './manifest/parse.ts'
import { type ForgeKind, forgeKinds, workflowFolder } from './manifest/workflow-path.ts'
import { driftOf, exitCodes } from './workflow/drift.ts'
import { notifyStep } from './workflow/notify.ts'
import { publishJob } from './workflow/publish.ts'
import { type GeneratedFile, receiverWorkflow } from './workflow/receiver.ts'

const usage = `Usage: rollcall-forge generate [receiver | notify | publish] [options]
       rollcall-forge check [options]

  generate receiver   write the workflow that receives external updates (the default)
  generate notify     print the step with which a satellite reports a release
  generate publish    print the job that makes a build known once its images are pushed
  check               compare the workflows that are there with what would be generated

  --manifest <file>   the configuration (default: rollcall.yaml)
  --root <folder>     the repository (default: here)
  --forge <name>      github or gitea (default: github)
  --group <name>      put in front of the receiver's concurrency group
  --stdout            print the receiver instead of writing it

  for publish: --component <name> --needs <job> --image <name>=<output> … [--tag-prefix <text>] [--branch <name>]

check ends with 0 when nothing differs, 1 when something does, 2 when it could not tell. generate ends with 0 or 2.
`

export interface CliWorld {
  cwd: string
  out: (text: string) => void
  err: (text: string) => void
}

/** Runs one command and answers its exit code. What went wrong is one line on `err`. */
export async function runCli(argv: readonly string[], world: CliWorld): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options })
    const [command, what = 'receiver', ...more] = positionals
    if (values.help) {
      world.out(usage)
      return exitCodes.same
    }
    if (more.length > 0) throw new TypeError(`what is "${more[0]}"?`)
    if (command === 'generate') return await generate(what, values, world)
    if (command === 'check' && positionals.length === 1) return await check(values, world)
    world.err(usage)
    return exitCodes.operational
  } catch (error) {
    world.err(`rollcall-forge: ${error instanceof Error ? error.message : String(error)}\n`)
    return exitCodes.operational
  }
}

const options = {
  manifest: { type: 'string' },
  root: { type: 'string' },
  forge: { type: 'string' },
  group: { type: 'string' },
  stdout: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  component: { type: 'string' },
  needs: { type: 'string' },
  image: { type: 'string', multiple: true },
  'tag-prefix': { type: 'string' },
  branch: { type: 'string' },
} as const
type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

async function generate(what: string, values: Values, world: CliWorld): Promise<number> {
  if (what === 'publish') world.out(publishJob(publishOptions(values)))
  else if (what === 'notify') world.out(notifyStep(await manifestOf(values, world)))
  else if (what === 'receiver') {
    const file = receiverOf(await manifestOf(values, world), values)
    if (values.stdout) world.out(file.text)
    else await write(file, values, world)
  } else throw new TypeError(`there is no "${what}" to generate`)
  return exitCodes.same
}

async function write({ path: file, text }: GeneratedFile, values: Values, world: CliWorld): Promise<void> {
  const target = path.join(rootOf(values, world), file)
  await mkdir(path.dirname(target), { recursive: true })
  await writeFile(target, text)
  world.out(`wrote ${file}\n`)
}

async function check(values: Values, world: CliWorld): Promise<number> {
  const manifest = await manifestOf(values, world)
  const generated = manifest.external.length === 0 ? [] : [receiverOf(manifest, values)]
  const drifts = driftOf(generated, await workflowsIn(workflowFolder[forgeOf(values)], rootOf(values, world)))
  for (const { path: file, kind } of drifts) world.out(`${kind}: ${file}\n`)
  if (drifts.length === 0) return exitCodes.same
  world.err('Run `rollcall-forge generate`, and remove orphans.\n')
  return exitCodes.drift
}

async function workflowsIn(folder: string, root: string): Promise<Map<string, string>> {
  const names = await readdir(path.join(root, folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort()
  const read = async (name: string) =>
    [`${folder}/${name}`, await readFile(path.join(root, folder, name), 'utf8')] as const
  return new Map(await Promise.all(files.map(read)))
}

async function manifestOf(values: Values, world: CliWorld): Promise<Manifest> {
  const file = values.manifest ?? 'rollcall.yaml'
  const text = await readFile(path.resolve(rootOf(values, world), file), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      throw new Error(`${file} could not be read (${error.code ?? error.message})`)
    },
  )
  const reading = readManifest(text, { otherKeys: 'any', wholeFile: true })
  if (!reading.ok) throw new Error(`${file}: ${reading.problems.map(({ message }) => message).join('\n  ')}`)
  return reading.manifest
}

function receiverOf(manifest: Manifest, values: Values): GeneratedFile {
  const source = values.manifest === undefined ? {} : { source: path.basename(values.manifest) }
  const group = values.group === undefined ? {} : { group: values.group }
  return receiverWorkflow(manifest, { forge: forgeOf(values), ...source, ...group })
}

function publishOptions(values: Values): Parameters<typeof publishJob>[0] {
  const { component, needs, image = [], branch } = values
  if (component === undefined || needs === undefined) throw new TypeError('publish needs --component and --needs')
  const images = image.map((text) => {
    const at = text.lastIndexOf('=')
    if (at < 1) throw new TypeError('--image is written as <name>=<output with the digest>')
    return { name: text.slice(0, at), digestOutput: text.slice(at + 1) }
  })
  const tagPrefix = values['tag-prefix']
  return {
    component,
    needs,
    images,
    ...(branch === undefined ? {} : { branch }),
    ...(tagPrefix === undefined ? {} : { tagPrefix }),
  }
}

function rootOf(values: Values, { cwd }: CliWorld): string {
  return path.resolve(cwd, values.root ?? '.')
}

function forgeOf({ forge = 'github' }: Values): ForgeKind {
  const kind = forgeKinds.find((one) => one === forge)
  if (kind === undefined) throw new TypeError(`--forge is ${forgeKinds.join(' or ')}`)
  return kind
}
