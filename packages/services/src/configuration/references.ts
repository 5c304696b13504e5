import { comparableRepo, externalDeploysOf, type Manifest } from '@rollcall/forge'
import { componentOf, saidOfDeploys } from './from-wire.ts'
import { type Found, problem, shown } from './problem.ts'
import type { Wire } from './wire.ts'

/** What exists beside the file: an import defines things, and takes none away. */
export interface Known {
  environments: readonly string[]
  components: readonly string[]
}

type Path = readonly (string | number)[]

/** What a well-formed file must also keep: each name once, and nothing that is named but not there. In this order. */
export function brokenReferences(wire: Wire, external: Manifest['external'], known: Known): Found[] {
  const file = namesOf(wire, external, known)
  return [
    ...findTwice(wire),
    ...policyUses(wire).flatMap(({ name, path }) => file.missing('policy', name, path)),
    ...findInFleets(wire, file),
    ...findInDeploys(wire, external, file),
    ...findInGates(wire),
    ...findInSets(wire, file),
    ...findInWebhooks(wire, external, file),
  ]
}

type Names = ReturnType<typeof namesOf>

function namesOf(wire: Wire, external: Manifest['external'], known: Known) {
  const listed = (list: readonly (string | { name: string })[] | null | undefined) => (list ?? []).map(nameOf)
  const deploys = externalDeploysOf({ external }).map(({ name }) => name)
  const said = saidOfDeploys(wire)
  const brought = deploys.filter((name) => !said.get(name)?.component).map(componentOf)
  const names = {
    environment: new Set([...listed(wire.environments), ...known.environments]),
    component: new Set([...listed(wire.components), ...brought, ...known.components]),
    forge: new Set(listed(wire.forges)),
    registry: new Set(listed(wire.registries)),
    gate: new Set(listed(wire.gates)),
    policy: new Set(listed(wire.policies)),
    'external deploy': new Set(deploys),
  }
  return {
    missing(kind: keyof typeof names, name: string | null | undefined, path: Path): Found[] {
      if (name == null || names[kind].has(name)) return []
      const there = [...names[kind]].slice(0, 12).map(shown).join(', ')
      const remedy =
        there === '' ? `Define one, or leave it out; there is no ${kind} yet.` : `Define it, or name one of ${there}.`
      return [problem(path, 'reference', `there is no ${kind} "${shown(name)}"`, remedy)]
    },
  }
}

const nameOf = (one: string | { name: string }) => (typeof one === 'string' ? one : one.name)

const namedLists = [
  'environments',
  'components',
  'forges',
  'registries',
  'policies',
  'gates',
  'image_sets',
  'webhooks',
] as const

function findTwice(wire: Wire): Found[] {
  return namedLists.flatMap((key) => twice((wire[key] ?? []).map(nameOf), (index) => [key, index, 'name']))
}

function twice(names: readonly string[], pathOf: (index: number) => Path): Found[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [problem(pathOf(index), 'duplicate', `"${shown(name)}" stands here twice`, 'Take one of them out.')],
  )
}

function policyUses(wire: Wire): { name: string; path: Path }[] {
  const uses: { name: string; path: Path }[] = []
  const note = (policy: unknown, ...path: Path) => {
    if (typeof policy === 'string') uses.push({ name: policy, path: [...path, 'policy'] })
  }
  for (const [i, one] of (wire.environments ?? []).entries())
    if (typeof one !== 'string') note(one.policy, 'environments', i)
  for (const [i, one] of (wire.components ?? []).entries())
    if (typeof one !== 'string')
      for (const [j, fleet] of (one.fleets ?? []).entries()) note(fleet.policy, 'components', i, 'fleets', j)
  for (const [name, { policy }] of saidOfDeploys(wire)) note(policy, 'deploys', name)
  for (const [i, { then_apply }] of (wire.image_sets ?? []).entries())
    note(then_apply?.policy, 'image_sets', i, 'then_apply')
  return uses
}

function findInFleets({ components }: Wire, file: Names): Found[] {
  return (components ?? []).flatMap((one, i) => {
    const fleets = (typeof one === 'string' ? null : one.fleets) ?? []
    const at = (j: number): Path => ['components', i, 'fleets', j, 'environment']
    return [
      ...fleets.flatMap(({ environment }, j) => file.missing('environment', environment, at(j))),
      ...twice(
        fleets.map(({ environment }) => environment),
        at,
      ),
    ]
  })
}

function findInDeploys(wire: Wire, external: Manifest['external'], file: Names): Found[] {
  const names = new Set(externalDeploysOf({ external }).map(({ name }) => name))
  return [...saidOfDeploys(wire)].flatMap(([name, { component, forge }]) => {
    if (!names.has(name)) return file.missing('external deploy', name, ['deploys', name])
    return [
      ...file.missing('component', component, ['deploys', name, 'component']),
      ...file.missing('forge', forge, ['deploys', name, 'forge']),
    ]
  })
}

function findInGates({ gates }: Wire): Found[] {
  return (gates ?? []).flatMap(({ contexts, suite }, i) => [
    ...(contexts?.length || suite
      ? []
      : [
          problem(
            ['gates', i],
            'gate_empty',
            'requires nothing, and would always be open',
            'Name contexts, or the suite.',
          ),
        ]),
    ...twice(contexts ?? [], (j) => ['gates', i, 'contexts', j]),
  ])
}

function findInSets({ image_sets }: Wire, file: Names): Found[] {
  const places = new Map<string, string>()
  return (image_sets ?? []).flatMap((set, i) => {
    const at = (...path: Path): Path => ['image_sets', i, ...path]
    return [
      ...file.missing('component', set.component, at('component')),
      ...file.missing('registry', set.registry, at('registry')),
      ...file.missing('gate', set.gate, at('gate')),
      ...file.missing('environment', set.then_apply?.environment, at('then_apply', 'environment')),
      ...(set.images.length > 0
        ? []
        : [problem(at('images'), 'set_empty', 'must name at least one image', 'Name the images that move together.')]),
      ...twice(set.images, (j) => at('images', j)),
      ...(set.automatic && set.gate == null
        ? [
            problem(
              at('automatic'),
              'automatic_gate',
              'needs a gate that turns green',
              'Name a gate, or promote by hand.',
            ),
          ]
        : []),
      ...set.images.flatMap((image, j) => {
        const place = `${set.registry} ${image} ${set.destination_tag ?? 'latest'}`
        const other = places.get(place) ?? set.name
        places.set(place, other)
        if (other === set.name) return []
        const text = `is moved by the set "${shown(other)}" to the same tag`
        return [
          problem(
            at('images', j),
            'image_once',
            text,
            'Let one set move it, or give one of them another destination_tag.',
          ),
        ]
      }),
    ]
  })
}

function findInWebhooks({ webhooks }: Wire, external: Manifest['external'], file: Names): Found[] {
  const owners = new Map(externalDeploysOf({ external }).map(({ name, sourceRepo }) => [name, sourceRepo]))
  return (webhooks ?? []).flatMap(({ secret_envs, updates }, i) => [
    ...twice(secret_envs, (j) => ['webhooks', i, 'secret_envs', j]),
    ...(updates ?? []).flatMap(({ deploy_name, environment, repo }, j) => {
      const at = (key: string): Path => ['webhooks', i, 'updates', j, key]
      const owner = owners.get(deploy_name)
      return [
        ...file.missing('external deploy', deploy_name, at('deploy_name')),
        ...file.missing('environment', environment, at('environment')),
        ...(owner === undefined || comparableRepo(owner) === comparableRepo(repo)
          ? []
          : [
              problem(
                at('repo'),
                'source_repo',
                `"${shown(deploy_name)}" belongs to "${shown(owner)}"`,
                `Name ${shown(owner)} here, or another deploy.`,
              ),
            ]),
      ]
    }),
  ])
}
