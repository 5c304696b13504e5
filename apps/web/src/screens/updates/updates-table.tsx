import type { UpdateView } from '@rollcall/services'
import Link from 'next/link'
import { Arrow } from '../../components/build.tsx'
import { UpdateStatus } from '../../components/state.tsx'
import { Told } from '../../components/told.tsx'
import { Nothing } from '../../ui/nothing.tsx'
import { RowTitle } from '../../ui/row-title.tsx'
import { Sha } from '../../ui/sha.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'

const columns: readonly Column<UpdateView>[] = [
  {
    key: 'state',
    head: 'state',
    width: '204px',
    phone: 'lead',
    cell: (row) => <UpdateStatus state={row.state} />,
  },
  {
    key: 'what',
    head: 'what and where',
    phone: 'below',
    bare: true,
    cell: (row) => (
      <RowTitle href={`/updates/${row.id}`} sentence={<Told text={sentenceOf(row)} />}>
        {row.deploy_name} {row.version ?? ''} <Sha sha={row.sha} quiet /> <Arrow /> {row.environment}
      </RowTitle>
    ),
  },
  {
    key: 'apply',
    head: 'apply',
    width: '150px',
    room: 'wide',
    phone: 'none',
    cell: (row) =>
      row.applyId === null ? (
        <Nothing text={row.deploys === 'record_only' ? 'record only' : 'none'} />
      ) : (
        <Link className="link" href={`/applies/${row.applyId}`} prefetch={false}>
          the apply
        </Link>
      ),
  },
  {
    key: 'run',
    head: 'run',
    width: '104px',
    room: 'wider',
    phone: 'none',
    cell: (row) => <RunLink run={row.run} />,
  },
  { key: 'by', head: 'sent by', width: '110px', room: 'wider', phone: 'none', cell: (row) => row.receivedBy },
  {
    key: 'age',
    head: 'received',
    width: '88px',
    phone: 'end',
    align: 'end',
    cell: (row) => <Time at={row.receivedAt} quiet />,
  },
]

/** What is not in the state's own word already: what it waits for, or the headline behind that word. */
function sentenceOf({ waitsFor, headline }: UpdateView): string {
  const rest = headline.replace(/^[A-Z][a-z ,]{2,40}: /, '')
  return waitsFor?.text ?? rest
}

/** One row per update; what stands in the backlog is tinted. */
export function UpdatesTable({ rows, caption }: { rows: readonly UpdateView[]; caption: string }) {
  return (
    <Table
      caption={caption}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      rowTone={(row) => (row.state === 'failed' ? 'bad' : null)}
    />
  )
}

/** The run by its number, and where it can be seen; what a forge calls a run is foreign text. */
export function RunLink({ run }: { run: UpdateView['run'] }) {
  if (run === null) return <Nothing />
  const name = <span className="mono">{run.id}</span>
  return run.url === null ? (
    name
  ) : (
    <a className="link" href={run.url} rel="noreferrer noopener">
      {name}
    </a>
  )
}
