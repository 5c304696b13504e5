import { z } from 'zod'

/** The part of the workflow language that is generated, and nothing beside it: a slip of the generator does not parse. */
const expressionFree = z.string().refine((text) => !text.includes('${{'), 'must hold no expression')
const permissions = z.record(z.string().regex(/^[a-z][a-z-]*$/), z.enum(['read', 'write', 'none']))

export const stepSchema = z.strictObject({
  name: expressionFree,
  env: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()),
  run: expressionFree,
})

export const stepsJobSchema = z.strictObject({
  name: expressionFree,
  needs: z.string().optional(),
  if: expressionFree.optional(),
  'runs-on': expressionFree,
  'timeout-minutes': z.int().positive(),
  permissions: permissions.optional(),
  steps: z.array(stepSchema).min(1),
})

export const deployJobSchema = z.strictObject({
  name: expressionFree,
  needs: z.literal('update'),
  if: expressionFree,
  permissions: permissions.optional(),
  uses: expressionFree.regex(/^(?:\.\/[^@]+|[^./@][^@]*@[^@]+)$/),
  with: z.strictObject({ environment: z.string(), sha: z.string(), version: z.string(), deploy_name: z.string() }),
  secrets: z.literal('inherit'),
})

const input = z.strictObject({ description: expressionFree, required: z.boolean(), type: z.literal('string') })

export const receiverSchema = z.strictObject({
  name: expressionFree,
  'run-name': z.string(),
  on: z.strictObject({
    workflow_dispatch: z.strictObject({
      inputs: z.strictObject({
        source_repo: input,
        deploy_name: input,
        environment: input,
        sha: input,
        version: input,
        artifacts: input,
      }),
    }),
  }),
  permissions,
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.literal(false) }),
  jobs: z
    .looseObject({ update: stepsJobSchema })
    .catchall(deployJobSchema)
    .refine((jobs) => Object.keys(jobs).every((name) => name === 'update' || name.startsWith('deploy_'))),
})
export type ReceiverWorkflow = z.infer<typeof receiverSchema>
