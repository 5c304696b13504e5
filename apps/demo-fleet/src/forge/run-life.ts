import type { ForgeRun } from '@rollcall/forge/testing'

/**
 * What a run of a workflow can be made to do, by the prefix of the deploy's name or of the version that it is given
 * (`fails-v1.4`).
 */
export const runFaults = {
  fails: 'the run ends as a failure; nothing is deployed',
  cancels: 'the run is cancelled; nothing is deployed',
  stalls: 'the run never ends',
  hides: 'the run takes place, but is shown nowhere',
  slow: 'the run takes six times as long',
} as const
export type RunFault = keyof typeof runFaults

export function faultOfRun({ inputs }: Pick<ForgeRun, 'inputs'>): RunFault | null {
  const names = [inputs.deploy_name ?? '', inputs.version ?? '']
  const faults = Object.keys(runFaults) as RunFault[]
  return faults.find((fault) => names.some((name) => name.startsWith(`${fault}-`))) ?? null
}

/** How long it waits for a runner, and how long it works, in milliseconds. */
const queuedMs = 700
const workMs = 1_500

export interface Effects {
  /** resolves to whether what the workflow deploys came up */
  deploy: (run: ForgeRun) => Promise<boolean>
  changed: (run: ForgeRun) => Promise<void>
  wait: (ms: number) => Promise<void>
}

/** Takes a run from where it is to its end. Rejects when the wait does: the forge is ending, and goes on next time. */
export async function live(run: ForgeRun, { deploy, changed, wait }: Effects): Promise<void> {
  const fault = faultOfRun(run)
  if (fault === 'hides') run.hiddenFor = Number.MAX_SAFE_INTEGER
  const factor = fault === 'slow' ? 6 : 1
  if (run.status === 'queued') {
    await wait(queuedMs * factor)
    run.status = 'in_progress'
    await changed(run)
  }
  if (fault === 'stalls') return
  await wait(workMs * factor)
  const conclusion = fault === 'fails' ? 'failure' : fault === 'cancels' ? 'cancelled' : await worked(run, deploy)
  // A person may have ended it meanwhile.
  if (run.status === 'completed') return
  Object.assign(run, { status: 'completed', conclusion })
  await changed(run)
}

async function worked(run: ForgeRun, deploy: Effects['deploy']): Promise<string> {
  return (await deploy(run)) ? 'success' : 'failure'
}
