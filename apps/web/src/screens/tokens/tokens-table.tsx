import { capabilities } from '@rollcall/rollout'
import type { TokenState, TokenView } from '@rollcall/services'
import { Hint } from '../../ui/hint.tsx'
import { Nothing } from '../../ui/nothing.tsx'
import type { ShapeName } from '../../ui/shapes.tsx'
import { Status } from '../../ui/status.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import type { Tone } from '../../ui/tone.ts'
import { placesText } from './places-text.ts'
import { Revoke } from './revoke.tsx'
import classes from './tokens.module.css'

const stateWords = {
  live: { word: 'live', tone: 'good', shape: 'check' },
  expired: { word: 'expired', tone: 'none', shape: 'clock' },
  revoked: { word: 'revoked', tone: 'none', shape: 'slash' },
  ownerless: { word: 'owner is out', tone: 'none', shape: 'slash' },
  untrusted: { word: 'trust is off', tone: 'none', shape: 'slash' },
} as const satisfies Record<TokenState, { word: string; tone: Tone; shape: ShapeName }>

const columns: readonly Column<TokenView>[] = [
  {
    key: 'name',
    head: 'token',
    phone: 'lead',
    bare: true,
    cell: (token) => (
      <div className={classes.what} data-over={token.state !== 'live' || undefined}>
        <span className={classes.title}>{token.name}</span>
        <span className={classes.prefix}>{token.prefix}…</span>
      </div>
    ),
  },
  {
    key: 'may',
    head: 'may',
    phone: 'below',
    cell: (token) => <May token={token} />,
  },
  { key: 'where', head: 'where', width: '150px', phone: 'below', cell: (token) => placesText(token) },
  {
    key: 'state',
    head: 'ends',
    width: '128px',
    phone: 'end',
    cell: (token) => {
      if (token.state === 'live') return <Time at={token.expiresAt} quiet />
      const { word, tone, shape } = stateWords[token.state]
      return <Status tone={tone} shape={shape} word={word} />
    },
  },
  {
    key: 'used',
    head: 'last used',
    width: '100px',
    room: 'wide',
    phone: 'below',
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? <Nothing text="never" /> : <Time at={lastUsedAt} quiet />),
  },
  {
    key: 'whose',
    head: 'whose',
    width: '120px',
    room: 'wider',
    phone: 'below',
    cell: ({ owner, yours, pipeline }) => (yours ? 'yours' : (owner?.name ?? pipeline?.trust ?? 'operator token')),
  },
  {
    key: 'revoke',
    head: 'revoke',
    width: '92px',
    align: 'end',
    phone: 'below',
    bare: true,
    cell: (token) => (token.state === 'live' ? <Revoke token={token} /> : <Nothing text="" />),
  },
]

function May({ token }: { token: TokenView }) {
  const words = token.capabilities.map((capability) => capabilities[capability].words)
  const told = words.length > 2 ? `${words.slice(0, 2).join(', ')} and ${words.length - 2} more` : words.join(', ')
  const lost = token.lost.length
  return (
    <div className={classes.what} data-over={token.state !== 'live' || undefined}>
      <Hint label={words.join(', ')} off={words.length <= 2}>
        {(bind) => (
          <span className={classes.may} tabIndex={words.length > 2 ? 0 : undefined} {...bind}>
            {told}
            {words.length > 2 && <span className="visually-hidden">: {words.slice(2).join(', ')}</span>}
          </span>
        )}
      </Hint>
      {lost > 0 && token.state === 'live' && (
        <span className={classes.prefix}>
          {lost} of these not now: {token.pipeline ? 'its trust does' : 'its owner does'} not have{' '}
          {lost === 1 ? 'it' : 'them'} any more
        </span>
      )}
    </div>
  )
}

/** One row per token, in the order in which they are given; those that have ended are pale. */
export function TokensTable({ rows, caption }: { rows: readonly TokenView[]; caption: string }) {
  return <Table caption={caption} columns={columns} rows={rows} rowKey={({ id }) => id} rowHeight={58} />
}
