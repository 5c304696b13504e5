/** There is no value here, and that is no fault. On a phone its cell leaves the card. */
export function Nothing({ text = '—' }: { text?: string }) {
  return <span className="nothing">{text}</span>
}
