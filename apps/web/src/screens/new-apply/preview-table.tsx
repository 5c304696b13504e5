import type { PlanPreview } from '@rollcall/services'
import { FromTo } from '../../components/build.tsx'
import { VerdictStatus } from '../../components/state.tsx'
import { directionWords } from '../../components/vocabulary.ts'
import { type Column, Table } from '../../ui/table.tsx'
import { toneClass } from '../../ui/tone.ts'
import classes from './new-apply.module.css'

type Planned = PlanPreview['operations'][number]

const columnsOf = (canary: boolean): readonly Column<Planned>[] => [
  {
    key: 'batch',
    head: 'turn',
    width: '76px',
    phone: 'end',
    cell: (row) => <span className="dim">{row.canary ? 'canary' : `batch ${row.batch + (canary ? 0 : 1)}`}</span>,
  },
  { key: 'tenant', head: 'tenant', phone: 'lead', cell: (row) => <span className="mono">{row.slug}</span> },
  {
    key: 'change',
    head: 'from and to',
    width: '180px',
    bare: true,
    cell: (row) => <FromTo from={row.fromSha} to={row.toSha} quiet />,
  },
  {
    key: 'direction',
    head: 'direction',
    width: '116px',
    bare: true,
    cell: (row) => {
      const { word, tone } = directionWords[row.direction]
      return <span className={`${classes.direction} ${toneClass(tone)}`}>{word}</span>
    },
  },
  {
    key: 'verdict',
    head: 'answers now',
    width: '124px',
    room: 'wide',
    phone: 'none',
    cell: (row) => <VerdictStatus verdict={row.verdict} />,
  },
]

/** From and to for every tenant, in the order in which they would go. */
export function PreviewTable({ operations }: { operations: readonly Planned[] }) {
  return (
    <Table
      caption="What would happen to each tenant, in rollout order"
      // A canary is the batch before the first; without one the first has that number.
      columns={columnsOf(operations.some((operation) => operation.canary))}
      rows={operations}
      rowKey={(row) => row.slug}
      rowTone={(row) => (row.direction === 'back' ? 'bad' : row.direction === 'unknown' ? 'person' : null)}
    />
  )
}
