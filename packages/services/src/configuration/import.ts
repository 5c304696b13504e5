import { createHash } from 'node:crypto'
import { lockConfiguration, type Prisma, type Tx, transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context, Reader } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { bindUses } from '../secrets/bind-uses.ts'
import { usesIn } from '../secrets/uses.ts'
import { configurationAfter, leftAlone } from './after.ts'
import type { Configuration } from './configuration.ts'
import { differencesOf } from './differences.ts'
import type { ConfigurationProblem } from './problem.ts'
import { readConfiguration } from './read.ts'
import { hashOf, runningConfiguration } from './running.ts'
import type { ConfigurationDiff, ConfigurationImport } from './views.ts'
import { writeTables } from './write.ts'

const configurationText = z.string({ error: 'must be the text of a rollcall.yaml' }).max(1_000_000, 'is too long')

export const importConfigurationInput = z.strictObject({
  /** YAML or JSON */
  text: configurationText,
  /** answers what would change, and writes nothing */
  dryRun: z.boolean({ error: 'must be true or false' }).default(false),
  /** refuse when what runs is no longer what has this hash */
  baseHash: z.string({ error: 'must be text' }).max(100).optional(),
})

/**
 * Puts a rollcall.yaml in force, whole or not at all. What is in force already is left alone, to the last row. Environments,
 * components and fleets that the file does not name stay, and the answer says so. Throws `invalid` with every problem in
 * the order in which they should be corrected, and `conflict` when somebody changed what runs since `baseHash`.
 */
export async function importConfiguration(ctx: Context, input: unknown): Promise<ConfigurationImport> {
  const { text, dryRun, baseHash } = parse(importConfigurationInput, input)
  if (dryRun) return { ...told(await compare(ctx.store.db, text, baseHash)), dryRun }
  return transact(ctx.store, async (tx) => {
    await lockConfiguration(tx)
    const compared = await compare(tx.db, text, baseHash)
    const answer = told(compared)
    if (answer.changed) await write(tx, ctx, text, compared, answer)
    return { ...answer, dryRun }
  })
}

export const diffConfigurationInput = z.strictObject({ text: configurationText })

/** What an import of this text would change. Throws `invalid` as the import does. */
export async function diffConfiguration(ctx: Context, input: unknown): Promise<ConfigurationDiff> {
  const { text } = parse(diffConfigurationInput, input)
  const { hash: _, changed: __, ...diff } = told(await compare(ctx.store.db, text))
  return diff
}

interface Compared {
  running: Configuration
  wanted: Configuration
  after: Configuration
  notKept: string[]
}

async function compare(db: Reader, text: string, baseHash?: string): Promise<Compared> {
  const running = await runningConfiguration(db)
  const known = {
    environments: running.environments.map(({ name }) => name),
    components: running.components.map(({ name }) => name),
  }
  const reading = readConfiguration(text, known)
  if (!reading.ok) throw refusal(reading.problems)
  if (baseHash !== undefined && baseHash !== hashOf(running)) {
    throw new ServiceError('conflict', 'Somebody changed the configuration since you read it.', {
      field: 'baseHash',
      remedy: 'Read it again with GET /api/v1/configuration, and bring your change into that.',
    })
  }
  const { configuration: wanted, notKept } = reading
  return { running, wanted, after: configurationAfter(running, wanted), notKept }
}

function told({ running, wanted, after, notKept }: Compared): Omit<ConfigurationImport, 'dryRun'> {
  const changes = differencesOf(running, after)
  const [baseHash, hash] = [hashOf(running), hashOf(after)]
  return { changed: hash !== baseHash, changes, leftAlone: leftAlone(running, wanted), notKept, baseHash, hash }
}

async function write(
  tx: Tx,
  ctx: Context,
  text: string,
  { running, after }: Compared,
  { hash, baseHash, changes }: Omit<ConfigurationImport, 'dryRun'>,
): Promise<void> {
  const now = ctx.now()
  await writeTables(tx, ctx, running, after)
  await bindUses(tx, ctx, usesIn(running), usesIn(after))
  const document = after as unknown as Prisma.InputJsonObject
  const { id } = await tx.db.configuration.create({
    data: { document, hash, importedAt: now, importedBy: ctx.actor.name },
  })
  await audit(tx, ctx, {
    action: 'configuration.import',
    subjectType: 'configuration',
    subjectId: String(id),
    environmentId: null,
    ...(running.environments.length + running.components.length > 0 ? { before: { hash: baseHash } } : {}),
    after: { hash },
    detail: { text: textHash(text), paths: changes.slice(0, 100).map(({ path }) => path), of: changes.length },
  })
  await noteChange(tx, now, { kind: 'configuration.imported' })
}

/** Tells whether it was this very text that was imported. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function refusal(problems: readonly ConfigurationProblem[]): ServiceError {
  const details = problems
    .slice(0, 100)
    .map(({ rule, field, message, remedy, line }) => ({ code: rule, field: field || 'text', message, remedy, line }))
  const [first] = details
  return new ServiceError('invalid', first?.message ?? 'The configuration cannot be read.', { ...first, details })
}
