import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exists as processExists } from '../pids.ts'
import { type DemoFleet, startDemoFleet } from './start.ts'

export const old = 'b'.repeat(40)
export const sha = 'a'.repeat(40)

/** Waiting is for something, however busy the machine is. */
export const soon = { timeout: 10_000, interval: 10 }

const open: DemoFleet[] = []
const folders: string[] = []

/** A state folder that outlives the control planes of one test. */
export async function stateFolderForTest(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-survival-'))
  folders.push(path)
  return path
}

/** A control plane as a process of its own. */
export async function startChild(
  stateFolder: string,
  staging: (string | { slug: string; sha?: string })[],
  healthSeconds = 5,
): Promise<DemoFleet> {
  const fleet = await startDemoFleet({
    mode: 'child',
    stateFolder,
    environments: { staging },
    timing: { healthSeconds },
  })
  open.push(fleet)
  return fleet
}

/** For afterEach. Tenants that a failed test left behind end by themselves once their folder is gone. */
export async function cleanUp(): Promise<void> {
  await Promise.all(open.splice(0).map((fleet) => fleet.close().catch(() => {})))
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))
}

export function redeploy(fleet: DemoFleet, slugs: string[], tag: string): Promise<unknown> {
  return fleet.admin('POST', '/staging/cp/admin/tenants/redeploy-fleet', { target_tag: tag, only_slugs: slugs })
}

export async function buildinfo(fleet: DemoFleet, slug: string): Promise<string> {
  const response = await fetch(`${fleet.env('staging').tenantUrlTemplate.replace('{slug}', slug)}/buildinfo`)
  return ((await response.json()) as { git_sha: string }).git_sha
}

export function exists(pid: number | null | undefined): boolean {
  return typeof pid === 'number' && processExists(pid)
}
