import type { OverviewView } from '@rollcall/services'
import { applyWords } from '../../components/vocabulary.ts'
import { shortSha } from '../../format/sha.ts'

/** Something that the palette leads to. */
export interface Place {
  href: string
  label: string
  /** Beside the label, quieter: what sort of place, or what is so there. */
  note: string
  /** Found by these words too, though they are not shown. */
  also?: string
}

const rooms: readonly Place[] = [
  { href: '/', label: 'Overview', note: 'room', also: 'home waiting' },
  { href: '/applies', label: 'Applies', note: 'room', also: 'rollouts' },
  { href: '/applies/new', label: 'New apply', note: 'plan one', also: 'open deploy' },
  { href: '/fleet', label: 'Fleet', note: 'room', also: 'tenants' },
  { href: '/components', label: 'Components', note: 'room', also: 'matrix recorded not deployed backlog' },
  {
    href: '/components/configuration',
    label: 'Configuration',
    note: 'import a file',
    also: 'rollcall.yaml export diff',
  },
  { href: '/promotions', label: 'Promotions', note: 'room', also: 'image sets latest tags promote torn' },
  { href: '/promotions/new', label: 'Promote', note: 'an image set', also: 'latest tag' },
  { href: '/components/workflows', label: 'Workflows', note: 'copy one', also: 'receiver publish notify github gitea' },
  { href: '/updates', label: 'Updates', note: 'room', also: 'external releases inbox recorded not deployed' },
  { href: '/webhooks', label: 'Webhooks', note: 'room', also: 'deliveries endpoints hooks replay signature' },
  { href: '/secrets', label: 'Secrets', note: 'room', also: 'credentials passwords variables allow host key' },
  { href: '/people', label: 'People', note: 'room', also: 'users roles sessions permissions invite disable' },
  { href: '/people/new', label: 'Add a person', note: 'with a link', also: 'user invite' },
  { href: '/account', label: 'Account', note: 'yourself', also: 'password sessions profile' },
  { href: '/tokens', label: 'Tokens', note: 'room', also: 'api machines pipelines ci oidc trusts revoke' },
  { href: '/tokens/new', label: 'Make a token', note: 'for a machine', also: 'api new' },
  {
    href: '/tokens/trusts/new',
    label: 'Trust a pipeline',
    note: 'no stored secret',
    also: 'ci oidc github gitlab gitea forgejo',
  },
  { href: '/since', label: 'Since you left', note: 'room', also: 'news handover happened markdown shift' },
  { href: '/audit', label: 'Audit', note: 'room', also: 'record who did what log chain export csv refused' },
]

/** What there is before anything was typed: the rooms, then what waits, moves and has ended, then the fleets. */
export function placesOf(overview: OverviewView | undefined): Place[] {
  if (!overview) return [...rooms]
  const applies = [...overview.waiting, ...overview.moving, ...overview.recent].map((apply) => ({
    href: `/applies/${apply.id}`,
    label: `${apply.component} ${shortSha(apply.sha)} to ${apply.environment}`,
    note: applyWords[apply.state].word,
    also: `${apply.id} ${apply.sha} ${apply.tag}`,
  }))
  const fleets = overview.environments.map(({ slug, verdicts, total }) => ({
    href: `/fleet?environment=${slug}`,
    label: `Fleet of ${slug}`,
    note: `${verdicts.fresh} of ${total} fresh`,
  }))
  return [...rooms, ...applies, ...fleets]
}

export function tenantPlace(environment: string, slug: string, verdict: string): Place {
  return { href: `/fleet/${environment}/${slug}`, label: slug, note: `${environment}, ${verdict}` }
}

/** The places in which every typed word occurs; those whose label begins with the text come first. */
export function findPlaces(places: readonly Place[], text: string, limit = 12): Place[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found = places.filter(({ label, note, also = '' }) => {
    const whole = `${label} ${note} ${also}`.toLowerCase()
    return words.every((word) => whole.includes(word))
  })
  const first = words[0]
  const rank = ({ label }: Place) => (first !== undefined && label.toLowerCase().startsWith(first) ? 0 : 1)
  return found
    .map((place, index) => ({ place, index }))
    .sort((a, b) => rank(a.place) - rank(b.place) || a.index - b.index)
    .slice(0, limit)
    .map(({ place }) => place)
}
