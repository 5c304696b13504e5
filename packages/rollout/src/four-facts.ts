import type { ApplyState } from './states.ts'
import { agree, inDigits, shortSha } from './words.ts'

/** What is known about one component in one environment: four facts of four sources, none of which stands for another. */
export interface FourFacts {
  /** its builds are recorded by an upstream repository, not published here */
  external: boolean
  /** the version that should run: what was recorded for it, or the newest build that was published */
  recorded: { sha: string; version: string | null } | null
  /** the newest apply that is not settled, or an update whose apply is still to be opened */
  planned: { sha: string; started: boolean; waitsFor: string | null } | null
  /** the last apply that started; claimed: every operation of it is said to be done */
  attempted: { sha: string; state: ApplyState; claimed: boolean } | null
  observed: {
    tenants: number
    /** … that answer with the recorded commit */
    onRecorded: number
    /** … that have ever answered with any commit of it */
    seen: number
    /** false: nobody can be asked what runs, or nobody was */
    askable: boolean
  }
}

export interface FourFactsReading {
  rule: FourFactsRule
  /** recorded, not deployed: it should run there, it does not, and nothing brings it */
  backlog: boolean
  sentence: string
}

interface Row {
  rule: string
  backlog: boolean
  when: (facts: FourFacts) => boolean
  say: (facts: FourFacts) => string
}

const failedStates: ReadonlySet<string> = new Set(['failed', 'completed_with_stragglers'])

const bringsRecorded = ({ planned, recorded }: FourFacts) => planned !== null && planned.sha === recorded?.sha
const triedRecorded = ({ attempted, recorded }: FourFacts) => attempted !== null && attempted.sha === recorded?.sha

/** The first row that matches decides. Rows below the first are about something that is recorded. */
const rows = [
  {
    rule: 'nothing_recorded',
    backlog: false,
    when: ({ recorded }) => recorded === null,
    say: ({ external }) => (external ? 'No version is recorded.' : 'No build is published.'),
  },
  {
    rule: 'runs',
    backlog: false,
    when: ({ observed }) => observed.tenants > 0 && observed.onRecorded >= observed.tenants,
    say: (facts) => `${which(facts)} runs.`,
  },
  {
    rule: 'on_its_way',
    backlog: false,
    when: (facts) => bringsRecorded(facts) && facts.planned?.started === true,
    say: (facts) => `${which(facts)} is on its way${sofar(facts)}.`,
  },
  {
    rule: 'waits',
    backlog: false,
    when: bringsRecorded,
    say: (facts) => `${which(facts)} waits. ${facts.planned?.waitsFor ?? 'Its apply is about to start.'}`,
  },
  {
    rule: 'claimed_only',
    backlog: false,
    when: (facts) => !facts.observed.askable && triedRecorded(facts) && facts.attempted?.claimed === true,
    say: (facts) => `${which(facts)} is deployed by claim: nobody can be asked what runs.`,
  },
  {
    rule: 'never_brought',
    backlog: false,
    when: ({ external, attempted, observed }) => !external && attempted === null && observed.seen === 0,
    say: (facts) => `${which(facts)} was never brought here.`,
  },
  {
    rule: 'in_part',
    backlog: true,
    when: ({ observed }) => observed.onRecorded > 0,
    say: (facts) => `${undone(facts)} everywhere${sofar(facts, which(facts))}.`,
  },
  {
    rule: 'failed',
    backlog: true,
    when: (facts) => triedRecorded(facts) && failedStates.has(facts.attempted?.state ?? ''),
    say: (facts) => `${undone(facts)}: the apply of ${which(facts)} failed.`,
  },
  {
    rule: 'not_proven',
    backlog: true,
    when: triedRecorded,
    say: (facts) => `${undone(facts)}: the apply of ${which(facts)} ended, and no tenant answers with it.`,
  },
  { rule: 'not_deployed', backlog: true, when: () => true, say: (facts) => `${undone(facts)}: ${which(facts)}.` },
] as const satisfies readonly Row[]

export type FourFactsRule = (typeof rows)[number]['rule']

/** The rules in the order in which they are asked. */
export const fourFactsPrecedence: readonly FourFactsRule[] = rows.map(({ rule }) => rule)

/** What the four facts mean together, in one sentence. It stands beside them, never instead of them. */
export function readFourFacts(facts: FourFacts): FourFactsReading {
  const { rule, backlog, say } = rows.find(({ when }) => when(facts)) as Row & { rule: FourFactsRule }
  return { rule, backlog, sentence: say(facts) }
}

function which({ recorded }: FourFacts): string {
  if (recorded === null) return 'Nothing'
  return recorded.version === null ? shortSha(recorded.sha) : `${recorded.version} (${shortSha(recorded.sha)})`
}

function undone(facts: FourFacts): string {
  return `${facts.external ? 'Recorded' : 'Published'}, not deployed`
}

function sofar({ observed: { onRecorded, tenants } }: FourFacts, build = 'it'): string {
  return tenants === 0
    ? ''
    : `: ${inDigits(onRecorded)} of ${inDigits(tenants)} ${agree(tenants, 'tenant', 'tenants')} ${agree(onRecorded, 'answers', 'answer')} with ${build}`
}
