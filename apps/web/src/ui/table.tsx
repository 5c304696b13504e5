'use client'

import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { Fragment, type MouseEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import classes from './table.module.css'
import { type Tone, toneClass } from './tone.ts'

export interface Column<Row> {
  key: string
  head: string
  cell: (row: Row) => ReactNode
  /** As CSS has it; the columns without one share what is left. */
  width?: string
  align?: 'end'
  /** Detail leaves first: `wide` is shown only where there is room for it. */
  room?: 'wide' | 'wider'
  /** On a phone rows are cards: `lead` and `end` make the first line, `below` the second with its head before it. */
  phone?: 'lead' | 'end' | 'below' | 'none'
  /** Speaks for itself on a phone: no head before it. */
  bare?: boolean
  sort?: { direction: 'ascending' | 'descending' | null; onSort: () => void }
}

interface TableProps<Row> {
  /** What the table holds, for those who cannot see where it stands. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** A tint for rows that need an eye; null for all the others. */
  rowTone?: (row: Row) => Tone | null
  /** How many rows there are in all, when more exist than are here. */
  total?: number
  /** The last row here is about to be seen. */
  onNearEnd?: () => void
  /** The first and last row in view, when not all of them are in the page. */
  onRange?: (first: number, last: number) => void
  /** Shown after the last row, such as rows that are on their way. */
  tail?: ReactNode
  rowHeight?: number
}

// On a phone rows are laid out as cards, which takes the roles of a table away unless they are said.
const asTable = { role: 'table' }
const asRow = { role: 'row' }
const asCell = { role: 'cell' }

/** Above this only the rows in view are in the page. */
const virtualFrom = 150

/** Rows under a head that stays in view. Few are plain rows; of many only those near the view exist. */
export function Table<Row>(props: TableProps<Row>) {
  const { caption, columns, rows, total = rows.length, tail } = props
  return (
    <div className={classes.frame}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the link in the row is what the keyboard uses */}
      <table
        className={classes.table}
        {...asTable}
        aria-rowcount={total + 1}
        onClick={openRow}
        onAuxClick={(event) => event.button === 1 && openRow(event)}
      >
        <caption className="visually-hidden">{caption}</caption>
        <colgroup>
          {columns.map((column) => (
            <col key={column.key} data-room={column.room} style={{ width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} />
            ))}
          </tr>
        </thead>
        {rows.length > virtualFrom ? <VirtualBody {...props} /> : <PlainBody {...props} />}
      </table>
      {tail}
    </div>
  )
}

/**
 * A press anywhere in a row opens what its link leads to, with the same keys held; a press on a control, or one that
 * ends a selection of text, does not.
 */
function openRow(event: MouseEvent<HTMLElement>) {
  const target = event.target as HTMLElement
  if (target.closest('a, button, input, label') || window.getSelection()?.type === 'Range') return
  const link = target.closest('tr')?.querySelector<HTMLAnchorElement>('a.row-link')
  if (!link) return
  const { ctrlKey, metaKey, shiftKey } = event
  if (event.button === 1) window.open(link.href, '_blank')
  else
    link.dispatchEvent(new window.MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }))
}

function HeadCell<Row>({ column }: { column: Column<Row> }) {
  const { sort } = column
  return (
    <th
      scope="col"
      data-align={column.align}
      data-room={column.room}
      aria-sort={sort ? (sort.direction ?? 'none') : undefined}
    >
      {sort ? (
        <button type="button" onClick={sort.onSort} data-sorted={sort.direction ?? undefined}>
          {column.head}
          <span aria-hidden="true">{sort.direction === 'descending' ? '↓' : '↑'}</span>
        </button>
      ) : (
        column.head
      )}
    </th>
  )
}

function Cells<Row>({ columns, row }: { columns: readonly Column<Row>[]; row: Row }) {
  return columns.map((column) => (
    <td
      key={column.key}
      {...asCell}
      data-align={column.align}
      data-room={column.room}
      data-phone={column.phone ?? 'below'}
      data-label={column.bare ? undefined : column.head}
    >
      {column.cell(row)}
    </td>
  ))
}

const rowClass = <Row,>({ rowTone }: TableProps<Row>, row: Row) => {
  const tone = rowTone?.(row) ?? null
  return tone === null ? undefined : `${classes.hot} ${toneClass(tone)}`
}

function PlainBody<Row>(props: TableProps<Row>) {
  const end = useEndInView(props.onNearEnd)
  return (
    <tbody>
      {props.rows.map((row, index) => (
        <tr key={props.rowKey(row)} {...asRow} className={rowClass(props, row)} aria-rowindex={index + 2}>
          <Cells columns={props.columns} row={row} />
        </tr>
      ))}
      {props.onNearEnd && <tr ref={end} className={classes.gap} />}
    </tbody>
  )
}

function VirtualBody<Row>(props: TableProps<Row>) {
  const { columns, rows, rowKey, rowHeight = 42, onNearEnd, onRange } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => {
    const top = body.current?.getBoundingClientRect().top ?? 0
    setMargin(top + window.scrollY)
  }, [])
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 14,
    scrollMargin: margin,
    getItemKey: (index) => rowKey(rows[index] as Row),
  })
  const items = virtualizer.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useLayoutEffect(() => onRange?.(first, last), [onRange, first, last])
  const nearEnd = useRef(onNearEnd)
  nearEnd.current = onNearEnd
  useLayoutEffect(() => {
    if (last >= rows.length - 20) nearEnd.current?.()
  }, [last, rows.length])
  const before = (items[0]?.start ?? margin) - margin
  const after = virtualizer.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin)
  return (
    <tbody ref={body}>
      <tr className={classes.gap} style={{ height: before }} />
      {items.map((item) => {
        const row = rows[item.index]
        return row === undefined ? (
          <Fragment key={item.key} />
        ) : (
          <tr
            key={item.key}
            {...asRow}
            data-index={item.index}
            ref={virtualizer.measureElement}
            className={rowClass(props, row)}
            aria-rowindex={item.index + 2}
          >
            <Cells columns={columns} row={row} />
          </tr>
        )
      })}
      <tr className={classes.gap} style={{ height: Math.max(0, after) }} />
    </tbody>
  )
}

function useEndInView(onNearEnd: (() => void) | undefined) {
  const end = useRef<HTMLTableRowElement>(null)
  const call = useRef(onNearEnd)
  call.current = onNearEnd
  useLayoutEffect(() => {
    if (!end.current) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) call.current?.()
      },
      { rootMargin: '600px' },
    )
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [])
  return end
}
