import type { TargetView } from '@rollcall/services'
import Link from 'next/link'
import { FromTo } from '../../components/build.tsx'
import { Claimed, Observed } from '../../components/observed.tsx'
import { OperationStatus, VerdictStatus } from '../../components/state.tsx'
import { Nothing } from '../../ui/nothing.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'

type Operation = TargetView['operations'][number]

const columns: readonly Column<Operation>[] = [
  {
    key: 'what',
    head: 'operation',
    phone: 'lead',
    cell: (row) => (
      <Link className="row-link" href={`/applies/${row.applyId}/operations/${row.id}`} prefetch={false}>
        {row.component} <FromTo from={row.fromSha} to={row.toSha} quiet />
      </Link>
    ),
  },
  {
    key: 'state',
    head: 'state',
    width: '130px',
    phone: 'end',
    cell: (row) => <OperationStatus state={row.state} phase={row.phase} />,
  },
  { key: 'claimed', head: 'claimed', width: '120px', cell: (row) => <Claimed claim={row.claim} brief /> },
  {
    key: 'observed',
    head: 'observed',
    width: '110px',
    cell: (row) => <Observed kind={row.observedKind} sha={row.observedSha} />,
  },
  {
    key: 'verdict',
    head: 'verdict',
    width: '140px',
    cell: (row) => (row.verdict ? <VerdictStatus verdict={row.verdict} /> : <Nothing />),
  },
  {
    key: 'when',
    head: 'when',
    width: '96px',
    align: 'end',
    cell: (row) =>
      row.endedAt || row.startedAt ? <Time at={row.endedAt ?? row.startedAt ?? ''} quiet /> : <Nothing />,
  },
]

export function TargetOperations({ operations }: { operations: readonly Operation[] }) {
  return (
    <Table
      caption="Operations on this tenant, newest first"
      columns={columns}
      rows={operations}
      rowKey={(row) => row.id}
      rowTone={(row) => (row.state === 'failed' ? 'bad' : null)}
    />
  )
}
