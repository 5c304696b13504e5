import { deployNamePattern, foldedName, refPattern, repoPattern, secretReferencePattern } from './names.ts'
import { type Problem, problem } from './problem.ts'
import type { WireManifest } from './shape.ts'
import { readWorkflowPath } from './workflow-path.ts'

interface Rule {
  rule: string
  find: (manifest: WireManifest) => Problem[]
}

/** What a well-formed manifest must also keep, in the order in which a reader is told. */
const rules = [
  { rule: 'role', find: findRoles },
  { rule: 'repo', find: findRepos },
  { rule: 'deploy_name', find: findNames },
  { rule: 'duplicate_name', find: findDuplicates },
  { rule: 'local_name', find: findLocalNames },
  { rule: 'colliding_name', find: findCollisions },
  { rule: 'reusable_only', find: findInline },
  { rule: 'on_update_workflow', find: findMissingWorkflows },
  { rule: 'workflow_path', find: findPaths },
  { rule: 'token_reference', find: findTokens },
] as const satisfies readonly Rule[]
export type ManifestRule = 'syntax' | 'shape' | 'unknown_key' | (typeof rules)[number]['rule']
export const manifestRules: readonly ManifestRule[] = [
  'syntax',
  'unknown_key',
  'shape',
  ...rules.map(({ rule }) => rule),
]

export function brokenRules(manifest: WireManifest): Problem[] {
  return rules.flatMap(({ find }) => find(manifest))
}

type WireDeploy = NonNullable<WireManifest['external']>[number]['deploys'][number]
type Path = readonly (string | number)[]

function deploysOf({ external }: WireManifest): { deploy: WireDeploy; path: Path }[] {
  return (external ?? []).flatMap(({ deploys }, repo) =>
    deploys.map((deploy, index) => ({ deploy, path: ['external', repo, 'deploys', index] })),
  )
}

function findRoles({ external, notify }: WireManifest): Problem[] {
  if (!external?.length || !notify) return []
  const text = 'a repository is a primary (external) or a satellite (notify), not both; remove one of the two'
  return [problem(['notify'], 'role', text)]
}

function findRepos({ external }: WireManifest): Problem[] {
  return (external ?? []).flatMap(({ repo, ref, deploys }, index) => [
    ...(repoPattern.test(repo)
      ? []
      : [problem(['external', index, 'repo'], 'repo', 'must be a repository as owner/name')]),
    ...(ref == null || refPattern.test(ref)
      ? []
      : [problem(['external', index, 'ref'], 'repo', 'must be a branch, tag or commit')]),
    ...(deploys.length > 0 ? [] : [problem(['external', index, 'deploys'], 'repo', 'must name at least one deploy')]),
  ])
}

function findNames(manifest: WireManifest): Problem[] {
  return deploysOf(manifest)
    .filter(({ deploy }) => !deployNamePattern.test(deploy.name))
    .map(({ path }) => problem([...path, 'name'], 'deploy_name', 'must be up to 90 of A–Z, a–z, 0–9, - and _'))
}

function findDuplicates(manifest: WireManifest): Problem[] {
  const seen = new Set<string>()
  return deploysOf(manifest).flatMap(({ deploy: { name }, path }) => {
    if (!seen.has(name)) {
      seen.add(name)
      return []
    }
    return [problem([...path, 'name'], 'duplicate_name', `duplicate external deploy name "${shown(name)}"`)]
  })
}

function findLocalNames(manifest: WireManifest): Problem[] {
  const local = new Set((manifest.deploys ?? []).map(nameOf))
  return deploysOf(manifest)
    .filter(({ deploy }) => local.has(deploy.name))
    .map(({ deploy, path }) =>
      problem([...path, 'name'], 'local_name', `"${shown(deploy.name)}" conflicts with local deploy name`),
    )
}

function findCollisions(manifest: WireManifest): Problem[] {
  const byFold = new Map((manifest.deploys ?? []).map((one) => [foldedName(nameOf(one)), nameOf(one)]))
  return deploysOf(manifest).flatMap(({ deploy: { name }, path }) => {
    const other = byFold.get(foldedName(name))
    if (other === undefined) byFold.set(foldedName(name), name)
    if (other === undefined || other === name) return []
    const text = `"${shown(name)}" and "${shown(other)}" collide: they are the same once -, _ and case do not count`
    return [problem([...path, 'name'], 'colliding_name', text)]
  })
}

function findInline(manifest: WireManifest): Problem[] {
  return deploysOf(manifest).flatMap(({ deploy, path }) => {
    const places = [
      { at: path, block: deploy },
      { at: [...path, 'on_update', 'deploy'], block: deploy.on_update?.deploy ?? {} },
    ]
    return places.flatMap(({ at, block }) =>
      (['run', 'shell'] as const)
        .filter((key) => key in block)
        .map((key) =>
          problem([...at, key], 'reusable_only', 'external deploys are reusable-workflow only; name a workflow'),
        ),
    )
  })
}

function findMissingWorkflows(manifest: WireManifest): Problem[] {
  return deploysOf(manifest).flatMap(({ deploy: { on_update }, path }) => {
    // A key that was written without a value is set, too: whoever wrote it did not mean "record only".
    if (!on_update || !('deploy' in on_update)) return []
    if (on_update.deploy?.through === 'control_plane') {
      if (on_update.deploy.permissions == null) return []
      const text = 'is for a workflow; a control plane has none to give'
      return [problem([...path, 'on_update', 'deploy', 'permissions'], 'on_update_workflow', text)]
    }
    if (on_update.deploy?.workflow) return []
    const text = 'on_update.deploy.workflow is required when on_update.deploy is set'
    return [problem([...path, 'on_update', 'deploy', 'workflow'], 'on_update_workflow', text)]
  })
}

function findPaths(manifest: WireManifest): Problem[] {
  const paths = [
    ...deploysOf(manifest).flatMap(({ deploy, path }) => [
      { path: [...path, 'workflow'], value: deploy.workflow },
      { path: [...path, 'on_update', 'deploy', 'workflow'], value: deploy.on_update?.deploy?.workflow },
    ]),
  ]
  return paths.flatMap(({ path, value }) => {
    const read = value == null ? null : readWorkflowPath(value)
    return typeof read === 'string' ? [problem(path, 'workflow_path', read)] : []
  })
}

function findTokens({ notify }: WireManifest): Problem[] {
  const token = notify?.token
  if (token == null || secretReferencePattern.test(token)) return []
  // The value is not repeated: it may be the secret itself.
  const text = `must refer to a secret, such as \${{ secrets.ROLLCALL_TOKEN }}; key material is refused`
  return [problem(['notify', 'token'], 'token_reference', text)]
}

function nameOf(one: string | { name: string }): string {
  return typeof one === 'string' ? one : one.name
}

/** A name in a message, where it may be anything as long as a person can find it again. */
function shown(name: string): string {
  const plain = name.replace(/[\p{Cc}\u2028\u2029"]+/gu, ' ')
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain
}
