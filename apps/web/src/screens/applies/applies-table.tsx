import type { ApplyRow } from '@rollcall/services'
import { BuildTo } from '../../components/build.tsx'
import { CountsBar } from '../../components/counts.tsx'
import { ApplyStatus } from '../../components/state.tsx'
import { formatCount } from '../../format/count.ts'
import { Nothing } from '../../ui/nothing.tsx'
import { RowTitle } from '../../ui/row-title.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Duration, Time } from '../../ui/time.tsx'
import classes from './applies.module.css'

const columns: readonly Column<ApplyRow>[] = [
  {
    key: 'state',
    head: 'state',
    width: '190px',
    phone: 'lead',
    cell: (row) => <ApplyStatus state={row.state} settled={row.settled} />,
  },
  {
    key: 'what',
    head: 'what and where',
    phone: 'below',
    bare: true,
    cell: (row) => (
      <RowTitle href={`/applies/${row.id}`} sentence={row.headline}>
        <BuildTo component={row.component} sha={row.sha} environment={row.environment} />
      </RowTitle>
    ),
  },
  {
    key: 'progress',
    head: 'proven',
    width: '230px',
    room: 'wide',
    phone: 'none',
    cell: (row) => (
      <div className={classes.progress}>
        <CountsBar counts={row.counts} height="thin" />
        <span>
          {formatCount(row.counts.completed)} of {formatCount(row.total - row.counts.skipped)}
        </span>
      </div>
    ),
  },
  { key: 'by', head: 'opened by', width: '96px', room: 'wider', phone: 'none', cell: (row) => row.openedBy },
  {
    key: 'took',
    head: 'took',
    width: '86px',
    room: 'wider',
    phone: 'none',
    cell: (row) => (row.startedAt ? <Duration from={row.startedAt} to={row.endedAt} /> : <Nothing />),
  },
  {
    key: 'age',
    head: 'opened',
    width: '88px',
    phone: 'end',
    align: 'end',
    cell: (row) => <Time at={row.openedAt} quiet />,
  },
]

/** One row per apply; rows that wait for a person are tinted. */
export function AppliesTable({ rows }: { rows: readonly ApplyRow[] }) {
  return (
    <Table
      caption="Applies, newest first"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      rowTone={(row) => (row.needsPerson && !row.settled ? 'person' : null)}
    />
  )
}
