import {
  externalDeploysOf,
  forgeKinds,
  type Manifest,
  notifyStep,
  publishJob,
  receiverWorkflow,
  workflowFolder,
} from '@rollcall/forge'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import type { Configuration, ImageSetConfig } from './configuration.ts'
import { runningConfiguration } from './running.ts'
import type { GeneratedWorkflow } from './views.ts'

export const getWorkflowsInput = z.strictObject({
  forge: z.enum(forgeKinds, { error: 'must be github or gitea; Forgejo takes those of gitea' }).default('github'),
})

/**
 * What repositories need so that they and Rollcall hear of each other: the receiver of a primary, the job that publishes
 * a build, the step with which a satellite reports. Made from what runs; the same configuration gives the same bytes.
 */
export async function getWorkflows(ctx: Context, input: unknown = {}): Promise<GeneratedWorkflow[]> {
  const { forge } = parse(getWorkflowsInput, input)
  const running = await runningConfiguration(ctx.store.db)
  const { external, components, environments } = running
  const receiver =
    external.length === 0
      ? []
      : [made('receiver', 'External update receiver', () => receiverWorkflow(manifestOf(running), { forge }))]
  const publish = components
    .filter(({ name }) => !Object.values(running.deploys).some(({ component }) => component === name))
    .map(({ name }) => {
      const set = running.imageSets.find(({ component }) => component === name)
      const path = `${workflowFolder[forge]}/<the one that builds ${name}>, under jobs:`
      return made('publish', `Publish ${name}`, () => ({ path, text: publishJob(publishOptions(name, set)) }))
    })
  const notify = externalDeploysOf({ external }).map(({ name, sourceRepo }) =>
    made('notify', `Report ${name}`, () => ({
      path: `${sourceRepo}: ${workflowFolder[forge]}/<the one that releases ${name}>, under steps:`,
      text: notifyStep({
        ...manifestOf({ ...running, external: [] }),
        notify: { tokenSecret: null, deployName: name, environment: environments[0]?.name ?? null },
      }),
    })),
  )
  return [...receiver, ...publish, ...notify]
}

function made(
  kind: GeneratedWorkflow['kind'],
  title: string,
  make: () => { path: string; text: string },
): GeneratedWorkflow {
  try {
    const { path, text } = make()
    return { kind, title, path, text, jobs: jobsIn(text), problem: null }
  } catch (error) {
    // names that may not stand in a workflow are refused there, with what may
    if (error instanceof TypeError) return { kind, title, path: '', text: '', jobs: [], problem: error.message }
    throw error
  }
}

/** The names of the jobs or steps, from the text itself. */
function jobsIn(text: string): string[] {
  const read = parseYaml(text) as Record<string, unknown> | { name?: string }[]
  if (Array.isArray(read)) return read.map(({ name }) => name ?? '')
  const jobs = (read.jobs ?? read) as Record<string, { name?: string } | undefined>
  return Object.entries(jobs).map(([key, job]) => job?.name ?? key)
}

function manifestOf({ environments, external }: Configuration): Manifest {
  const names = environments.map(({ name }) => name)
  return { environments: names, builds: [], deploys: [], external, notify: null, state: {} }
}

function publishOptions(component: string, set: ImageSetConfig | undefined) {
  const [prefix, rest] = set?.sourceTag.split('<sha7>') ?? ['staging-', '']
  if (rest !== '') throw new TypeError(`the job tags with a prefix and <sha7>, and ${component} is tagged another way`)
  return {
    component,
    needs: 'build',
    images: (set?.images ?? []).map((name, index) => ({ name, digestOutput: `digest_${index}` })),
    ...(prefix === undefined ? {} : { tagPrefix: prefix }),
    ...(set ? { branch: set.branch } : {}),
  }
}
