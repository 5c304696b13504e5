import type { DemoFleet, RecordItem } from '@rollcall/demo-fleet/testing'
import type { RedeployClient } from '@rollcall/redeploy-client'
import {
  type ApplyView,
  allowOrigin,
  type Context,
  defineEnvironment,
  type FleetTarget,
  getApply,
  getFleet,
  getOperation,
  listOperations,
  type OperationRow,
  type OperationView,
  openApply,
} from '@rollcall/services'
import { component, sha, tagOf, token, tokenVariable } from './builds.ts'
import { CallRecord } from './call-record.ts'
import { eventually } from './eventually.ts'

/** One fleet and its environment in Rollcall, spoken to in the words of the domain. */
export class Place {
  readonly slug: string
  readonly id: string
  readonly fleet: DemoFleet
  readonly #ctx: Context

  constructor({ ctx, fleet, slug, id }: { ctx: Context; fleet: DemoFleet; slug: string; id: string }) {
    this.#ctx = ctx
    this.fleet = fleet
    this.slug = slug
    this.id = id
  }

  /** Opens an apply of the next build over the whole fleet: everybody at once, unless told otherwise. */
  async open(asked: Record<string, unknown> = {}): Promise<ApplyView> {
    const whole = { environment: this.slug, component, sha: sha.next, batchSize: 100, soakSeconds: 0, ...asked }
    return (await openApply(this.#ctx, whole)).apply
  }

  /** Changes fields of the environment, as an operator does, and allows its token there. */
  async redefine(fields: Record<string, unknown>): Promise<void> {
    await this.repoint(fields)
    await this.allow()
  }

  /** Says that the environment's token may be sent to where its control plane is now. */
  async allow(): Promise<void> {
    const { controlPlaneUrl, controlPlaneTokenEnv } = await this.#ctx.store.db.fleet.findUniqueOrThrow({
      where: { id: this.id },
    })
    const { origin } = new URL(controlPlaneUrl ?? '')
    await allowOrigin(this.#ctx, { name: controlPlaneTokenEnv, origin })
  }

  /** Changes fields of the environment, and nothing about where its token may go. */
  async repoint(fields: Record<string, unknown>): Promise<void> {
    await defineEnvironment(this.#ctx, {
      slug: this.slug,
      ...this.fleet.env(this.slug),
      controlPlaneTokenEnv: tokenVariable,
      ...fields,
    })
  }

  /** Somebody else brings a build to a tenant, past Rollcall. */
  async bringPast(client: RedeployClient, slug: string, build: string): Promise<void> {
    const plane = { url: this.fleet.env(this.slug).controlPlaneUrl, token }
    const answer = await client.redeploy(plane, { slugs: [slug], tag: tagOf(build), timeoutMs: 10_000 })
    if (answer.outcome !== 'accepted') throw new Error(answer.message)
  }

  apply(id: string): Promise<ApplyView> {
    return getApply(this.#ctx, { id })
  }

  /** All operations of an apply in rollout order. */
  async operations(applyId: string): Promise<OperationRow[]> {
    const rows: OperationRow[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listOperations>> = await listOperations(this.#ctx, {
        applyId,
        limit: 200,
        ...(cursor === null ? {} : { cursor }),
      })
      rows.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    return rows
  }

  /** One operation with its attempts, newest attempt first. */
  async operation(applyId: string, slug: string): Promise<OperationView> {
    const row = (await this.operations(applyId)).find((operation) => operation.slug === slug)
    if (!row) throw new Error(`the apply has no operation for ${slug}`)
    return getOperation(this.#ctx, { id: row.id })
  }

  /** What the fleet page shows, by slug. */
  async targets(): Promise<Record<string, FleetTarget>> {
    const { targets } = await getFleet(this.#ctx, { environment: this.slug })
    return Object.fromEntries(targets.map((target) => [target.slug, target]))
  }

  /** Waits until the apply looks as `when` says. */
  until(applyId: string, what: string, when: (apply: ApplyView) => boolean, withinSeconds = 20): Promise<ApplyView> {
    return eventually(
      what,
      async () => {
        const apply = await this.apply(applyId)
        return when(apply) ? apply : null
      },
      { withinSeconds, sofar: () => this.#sofar(applyId) },
    )
  }

  untilSettled(applyId: string, withinSeconds = 20): Promise<ApplyView> {
    return this.until(applyId, `the apply in ${this.slug} settles`, ({ settled }) => settled, withinSeconds)
  }

  /** Waits until an operation looks as `when` says. */
  async untilOperation(
    applyId: string,
    slug: string,
    what: string,
    when: (operation: OperationRow) => boolean,
    withinSeconds = 20,
  ): Promise<OperationRow> {
    return eventually(
      `${slug} ${what}`,
      async () => (await this.operations(applyId)).find((row) => row.slug === slug && when(row)),
      { withinSeconds, sofar: () => this.#sofar(applyId) },
    )
  }

  /** What the control plane was asked and what the edge showed. */
  async record(since?: number | Date): Promise<CallRecord> {
    const items: RecordItem[] = await this.fleet.record(this.slug, since)
    return new CallRecord(items)
  }

  async #sofar(applyId: string) {
    const { headline, heldBy } = await this.apply(applyId)
    const operations = (await this.operations(applyId))
      .slice(0, 20)
      .map((row) => `${row.slug} ${row.state} ${row.phase ?? ''} attempt ${row.attempt} ${row.failureReason ?? ''}`)
    return { headline, heldBy: heldBy.map(({ text }) => text), operations }
  }
}
