import type { z } from 'zod'
import { comparableRepo } from '../manifest/names.ts'
import { workflowFileOf } from '../manifest/workflow-path.ts'
import {
  type CheckEvent,
  type EventReading,
  type ForgeEvent,
  type HookRules,
  type HookUpdate,
  type IgnoredRule,
  ignoredRules,
} from './events.ts'
import { headerOf } from './headers.ts'
import type { Sender } from './senders.ts'
import type { Delivery, DeliveryVerdict } from './verify.ts'
import { dispatchBody, parseBody, pushBody, standardBody, statusBody, workflowRunBody } from './wire.ts'

/** Sorts a verified delivery into events of our own, or says which rule made it nothing to us. Never throws. */
export function readEvents(
  delivery: Delivery,
  { sender, event }: Pick<DeliveryVerdict, 'sender' | 'event'>,
  rules: HookRules,
): EventReading {
  if (sender === null) return ignored('event_not_read')
  const read = sender === 'standard' ? readStandard : readers[sender].get(event ?? '')
  if (read === undefined) return ignored('event_not_read')
  return read(parseBody(delivery.body, headerOf(delivery.headers, 'content-type')), rules)
}

type Reader = (body: unknown, rules: HookRules) => EventReading

const actionsForge = new Map<string, Reader>([
  ['status', reader(statusBody, readStatus)],
  ['push', reader(pushBody, readPush)],
  ['workflow_run', reader(workflowRunBody, readWorkflowRun)],
  ['repository_dispatch', reader(dispatchBody, readDispatch)],
])

/** Who speaks which events; deliveries of the others are verified and kept, but mean nothing here. */
const readers = {
  github: actionsForge,
  gitea: actionsForge,
  forgejo: actionsForge,
  gitlab: new Map<string, Reader>(),
  bitbucket: new Map<string, Reader>(),
} as const satisfies Record<Exclude<Sender, 'standard'>, Map<string, Reader>>

function reader<S extends z.ZodType<{ repository: { full_name: string } }>>(
  shape: S,
  read: (body: z.infer<S>, rules: HookRules) => EventReading,
): Reader {
  return (body, rules) => {
    const parsed = shape.safeParse(body)
    if (!parsed.success) return ignored('body_unreadable')
    const { full_name } = parsed.data.repository
    if (rules.repos !== null && !includesRepo(rules.repos, full_name)) return ignored('repo_not_listed')
    return read(parsed.data, rules)
  }
}

function readStatus({ id, sha, context, state, target_url, repository }: z.infer<typeof statusBody>): EventReading {
  const check: CheckEvent = {
    kind: 'check',
    repo: repository.full_name,
    sha: sha.toLowerCase(),
    context,
    status: state,
    url: webUrl(target_url),
    order: id ?? null,
  }
  return { events: [check] }
}

function readPush(
  { ref, after, deleted, head_commit, repository }: z.infer<typeof pushBody>,
  rules: HookRules,
): EventReading {
  if (deleted || /^0+$/.test(after)) return ignored('ref_deleted')
  // `after` of an annotated tag is the tag itself, which no build was ever made of
  const sha = head_commit?.id ?? after
  const version = ref.startsWith('refs/tags/') ? ref.slice('refs/tags/'.length) : ''
  const updates = rules.updates
    .filter(
      ({ on, repo, ref: wanted }) => on === 'push' && sameRepo(repo, repository.full_name) && refMatches(wanted, ref),
    )
    .map((rule) => updateOf(rule, repository.full_name, { sha, version }))
  return eventsOr('no_rule', updates)
}

/** How far a run is, for telling which of two deliveries with the same time is the later one. */
const runRanks: Record<string, number> = { requested: 0, in_progress: 1, completed: 2 }

function readWorkflowRun(
  { action, workflow, workflow_run: run, repository }: z.infer<typeof workflowRunBody>,
  rules: HookRules,
): EventReading {
  const file = workflowFileOf(run.path ?? '')
  const name = run.name ?? workflow?.name ?? file
  if (name === '') return ignored('body_unreadable')
  const isCompleted = run.status === 'completed' || (run.status == null && action === 'completed')
  const status = isCompleted ? (run.conclusion ?? 'unknown') : 'pending'
  const at = Date.parse(run.updated_at ?? run.completed_at ?? run.started_at ?? run.created_at ?? '')
  const check: CheckEvent = {
    kind: 'check',
    repo: repository.full_name,
    sha: run.head_sha.toLowerCase(),
    context: name,
    status,
    url: webUrl(run.html_url),
    order: at > 0 ? Math.floor(at / 1000) * 4 + (runRanks[isCompleted ? 'completed' : (action ?? '')] ?? 0) : null,
  }
  // A run for a pull request may carry the name of a trusted branch although a stranger wrote what it ran.
  const from = run.head_repository?.full_name ?? repository.full_name
  const isTrusted = sameRepo(from, repository.full_name) && !(run.event ?? '').startsWith('pull_request')
  if (status !== 'success' || !isTrusted) return { events: [check] }
  const ref = `refs/heads/${run.head_branch ?? ''}`
  const updates = rules.updates
    .filter(({ on, repo, ref: wanted, workflow: only }) => {
      const isRun = only === undefined || only === name || only === file
      return on === 'workflow_run' && isRun && sameRepo(repo, repository.full_name) && refMatches(wanted, ref)
    })
    .map((rule) => updateOf(rule, repository.full_name, { sha: run.head_sha, run_id: run.id ?? '' }))
  return { events: [check, ...updates] }
}

function readDispatch(
  { action, client_payload, repository }: z.infer<typeof dispatchBody>,
  rules: HookRules,
): EventReading {
  // what kind of dispatch it is, its sender chose; that it names a deploy tells what it is about
  const isUpdate = rules.dispatchTypes?.includes(action) ?? client_payload.deploy_name !== undefined
  if (!isUpdate) return ignored('dispatch_type')
  const said = client_payload.source_repo ?? repository.full_name
  const isOwn = typeof said === 'string' && sameRepo(said, repository.full_name)
  if (!isOwn && !includesRepo(rules.relays ?? [], repository.full_name)) return ignored('speaks_for_another')
  return { events: [{ kind: 'external_update', input: { ...client_payload, source_repo: said } }] }
}

function readStandard(body: unknown, rules: HookRules): EventReading {
  const type = (body as { type?: unknown } | null | undefined)?.type
  if (typeof type !== 'string') return ignored('body_unreadable')
  const plain = type.replace(/^rollcall\./, '').replaceAll('-', '_')
  if (plain !== 'external_update' && plain !== 'check') return ignored('event_not_read')
  const parsed = standardBody.safeParse({ ...(body as object), type: plain })
  if (!parsed.success) return ignored('body_unreadable')
  const { data } = parsed
  const repo = data.type === 'check' ? data.data.repo : data.data.source_repo
  if (rules.repos !== null && !includesRepo(rules.repos, typeof repo === 'string' ? repo : '')) {
    return ignored('repo_not_listed')
  }
  if (data.type === 'external_update') return { events: [{ kind: 'external_update', input: data.data }] }
  const { sha, context, status, url, order } = data.data
  const check: CheckEvent = {
    kind: 'check',
    repo: data.data.repo ?? '',
    sha: sha.toLowerCase(),
    context,
    status,
    url: webUrl(url),
    order: order ?? null,
  }
  return { events: [check] }
}

function updateOf(rule: HookUpdate, repo: string, facts: object): ForgeEvent {
  const { deployName, environment } = rule
  return {
    kind: 'external_update',
    input: { source_repo: repo, deploy_name: deployName, environment, ...facts },
  }
}

function eventsOr(rule: IgnoredRule, [first, ...more]: ForgeEvent[]): EventReading {
  return first === undefined ? ignored(rule) : { events: [first, ...more] }
}

function ignored(rule: IgnoredRule): EventReading {
  return { ignored: rule, message: ignoredRules[rule] }
}

function sameRepo(a: string, b: string): boolean {
  return comparableRepo(a) === comparableRepo(b)
}

function includesRepo(repos: readonly string[], repo: string): boolean {
  return repos.some((one) => sameRepo(one, repo))
}

/** `*` stands for anything within one step of a ref. */
function refMatches(wanted: string, ref: string): boolean {
  const [patterns, steps] = [wanted.split('/'), ref.split('/')]
  return patterns.length === steps.length && patterns.every((pattern, i) => stepMatches(pattern, steps[i] as string))
}

/** By hand: as a regular expression, several `*` would look at a long step again and again before they give up. */
function stepMatches(pattern: string, step: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return step === first
  if (!step.startsWith(first)) return false
  let at = first.length
  for (const piece of rest) {
    const found = step.indexOf(piece, at)
    if (found === -1) return false
    at = found + piece.length
  }
  return step.length - last.length >= at && step.endsWith(last)
}

/** A link that may be shown: only http and https, so that no script hides behind a check. */
function webUrl(text: string | null | undefined): string | null {
  return text != null && text.length <= 2000 && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : null
}
