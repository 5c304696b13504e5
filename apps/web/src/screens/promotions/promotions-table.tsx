import type { PromotionRowView } from '@rollcall/services'
import { shortSha } from '../../format/sha.ts'
import { RowTitle } from '../../ui/row-title.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { PromotionStatus } from './promotion-status.tsx'

const columns: readonly Column<PromotionRowView>[] = [
  { key: 'state', head: 'state', width: '190px', phone: 'lead', cell: (row) => <PromotionStatus promotion={row} /> },
  {
    key: 'what',
    head: 'what',
    phone: 'below',
    bare: true,
    cell: (row) => (
      <RowTitle href={`/promotions/${row.id}`} sentence={row.headline}>
        {row.trigger === 'undo' ? 'back to ' : ''}
        <span className="mono">{shortSha(row.sha)}</span> as {row.destinationTag} of {row.set}
      </RowTitle>
    ),
  },
  { key: 'how', head: 'opened', width: '110px', room: 'wide', phone: 'none', cell: (row) => howWords[row.trigger] },
  { key: 'by', head: 'by', width: '110px', room: 'wider', phone: 'none', cell: (row) => row.openedBy },
  {
    key: 'age',
    head: 'when',
    width: '88px',
    phone: 'end',
    align: 'end',
    cell: (row) => <Time at={row.openedAt} quiet />,
  },
]

const howWords = { manual: 'by a person', automatic: 'by its gate', undo: 'as an undo' } as const

/** One row per promotion; a torn one is tinted. */
export function PromotionsTable({ rows }: { rows: readonly PromotionRowView[] }) {
  return (
    <Table
      caption="Promotions, newest first"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      rowTone={(row) => (row.needsPerson ? 'bad' : null)}
    />
  )
}
