import { newId, transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import { writeMissingFleets } from '../configuration/write.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { environmentName, text, whole } from '../fields.ts'
import { environmentView } from '../reads/environments.ts'
import { bindUses } from '../secrets/bind-uses.ts'
import { controlPlaneToken } from '../secrets/names.ts'
import { usesNow } from '../secrets/uses.ts'
import type { EnvironmentView } from '../views.ts'
import { environmentSettings, settingsOf } from './settings.ts'
import { templateUrl, webUrl } from './urls.ts'

const seconds = (min: number, max: number) =>
  z
    .number({ error: 'must be a number of seconds' })
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)

export const defineEnvironmentInput = z.strictObject({
  slug: environmentName,
  name: text(100).optional(),
  controlPlaneUrl: webUrl,
  /** names the token: a variable of the worker's process, or what is set under Secrets */
  controlPlaneTokenEnv: controlPlaneToken,
  tenantUrlTemplate: templateUrl,
  settleBudgetSeconds: whole(1, 3_600).optional(),
  pollSeconds: seconds(0.05, 300).optional(),
  redeployTimeoutSeconds: whole(1, 3_600).optional(),
  maxAttempts: whole(1, 20).optional(),
  retryBackoffSeconds: seconds(0, 300).optional(),
  sweepSeconds: whole(1, 86_400).optional(),
})

/** Makes an environment known, or changes it: its control plane, where its tenants answer, and its patience. Idempotent. */
export async function defineEnvironment(ctx: Context, input: unknown): Promise<EnvironmentView & { created: boolean }> {
  const asked = parse(defineEnvironmentInput, input)
  const { slug, controlPlaneUrl, controlPlaneTokenEnv, tenantUrlTemplate, ...own } = asked
  const door = { controlPlaneUrl, controlPlaneTokenEnv, tenantUrlTemplate }
  return transact(ctx.store, async (tx) => {
    const usesBefore = await usesNow(tx.db)
    const before = await tx.db.environment.findUnique({ where: { slug } })
    const settings = before === null ? undefined : await environmentSettings(tx.db, slug)
    const position = before?.position ?? (await tx.db.environment.count())
    const environment = await tx.db.environment.upsert({
      where: { slug },
      create: { id: newId('env'), slug, position, ...own, name: own.name ?? slug },
      // never empty: only then it is one statement, and of several who are at it at once none fails
      update: { slug, ...own },
    })
    const fleet = await tx.db.fleet.upsert({
      where: { id: environment.id },
      create: { id: environment.id, environmentId: environment.id, ...door },
      update: door,
    })
    if (!before) await writeMissingFleets(tx, ctx)
    await bindUses(tx, ctx, usesBefore, await usesNow(tx.db))
    await audit(tx, ctx, {
      action: 'environment.define',
      subjectType: 'environment',
      subjectId: environment.id,
      environmentId: environment.id,
      before: settings,
      after: settingsOf(environment, fleet),
    })
    await noteChange(tx, ctx.now(), { kind: 'environment.defined', environmentId: environment.id })
    tx.send({ name: 'fleet.sweep', data: { fleetId: fleet.id }, key: fleet.id })
    const targets = await tx.db.target.count({ where: { fleetId: fleet.id } })
    return { ...environmentView(environment, fleet, targets), created: !before }
  })
}
