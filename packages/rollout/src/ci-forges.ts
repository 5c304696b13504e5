/** Where pipelines run that can prove what they are, by the forge that vouches for them. */
export type CiForge = 'github' | 'gitlab' | 'gitea'

interface CiForgeFacts {
  label: string
  /** an issuer of this kind */
  issuer: string
  /** the claim that says which repository it is, and still does after that was renamed or its name was taken over */
  idClaim: string
  /** what a trust may ask of a proof, besides the id; the telling ones first */
  claims: readonly string[]
}

export const ciForges = {
  github: {
    label: 'GitHub',
    issuer: 'https://token.actions.githubusercontent.com',
    idClaim: 'repository_id',
    claims: [
      'ref',
      'environment',
      'job_workflow_ref',
      'event_name',
      'repository_owner_id',
      'repository',
      'repository_owner',
      'repository_visibility',
      'ref_type',
      'ref_protected',
      'base_ref',
      'head_ref',
      'workflow',
      'workflow_ref',
      'actor',
      'actor_id',
      'runner_environment',
      'enterprise_id',
      'sub',
    ],
  },
  gitlab: {
    label: 'GitLab',
    issuer: 'https://gitlab.com',
    idClaim: 'project_id',
    claims: [
      'ref',
      'ref_type',
      'ref_protected',
      'environment',
      'environment_protected',
      'ci_config_ref_uri',
      'pipeline_source',
      'namespace_id',
      'project_path',
      'namespace_path',
      'job_project_id',
      'deployment_tier',
      'project_visibility',
      'runner_environment',
      'user_id',
      'user_login',
      'sub',
    ],
  },
  gitea: {
    label: 'Gitea, Forgejo',
    issuer: 'https://git.example.com/api/actions',
    idClaim: 'repository_id',
    claims: [
      'ref',
      'ref_type',
      'ref_protected',
      'environment',
      'workflow',
      'workflow_ref',
      'job_workflow_ref',
      'event_name',
      'repository_owner_id',
      'repository',
      'repository_owner',
      'base_ref',
      'head_ref',
      'actor',
      'actor_id',
      'sub',
    ],
  },
} as const satisfies Record<CiForge, CiForgeFacts>

export const ciForgeNames = Object.keys(ciForges) as CiForge[]

/** Issuers whose forge can be told from their address; of a forge under a name of its own, only some can. */
const known: readonly { issuer: RegExp; forge: CiForge }[] = [
  { issuer: /^https:\/\/token\.actions\.githubusercontent\.com(\/[\w.-]+)?$/, forge: 'github' },
  { issuer: /^https:\/\/token\.actions\.[\w-]+\.ghe\.com$/, forge: 'github' },
  { issuer: /^https?:\/\/[^/]+\/_services\/token$/, forge: 'github' },
  { issuer: /^https:\/\/gitlab\.com$/, forge: 'gitlab' },
  { issuer: /^https?:\/\/.+\/api\/actions$/, forge: 'gitea' },
]

/** The forge that an issuer belongs to; null when its address does not tell. */
export const forgeOfIssuer = (issuer: string): CiForge | null =>
  known.find((one) => one.issuer.test(issuer))?.forge ?? null
