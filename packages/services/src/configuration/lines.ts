import { type Document, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml'

/** The line of a field such as `gates[0].contexts`, or of the nearest thing around it; null where the text is empty. */
export function lineOf(document: Document, lines: LineCounter, field: string): number | null {
  let node = document.contents as Node | null
  let offset = node?.range?.[0]
  for (const step of field.match(/[^.[\]]+/g) ?? []) {
    if (isSeq(node)) node = node.items[Number(step)] as Node | null
    else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step)
      if (!pair) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
      continue
    } else break
    if (!node) break
    offset = node.range?.[0] ?? offset
  }
  return offset === undefined ? null : lines.linePos(offset).line
}
